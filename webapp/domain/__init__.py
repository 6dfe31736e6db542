"""The law and the rules as pure functions and tables: no database, no web, no clock of their own."""
