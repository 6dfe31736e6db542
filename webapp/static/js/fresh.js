// A list that several people work through: it keeps itself fresh while it is looked at.
import { connect } from "./live.js";

connect();
