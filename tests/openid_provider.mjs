// A real OpenID provider for tests: `oidc-provider` with people of our own, on loopback.
// Told by one JSON argument: {port, client, secret, redirects, people, key}. Whoever steers a test may
// order by POST /orders how the next ID token is falsified: {claims, key: "own"|"foreign"|"none"}.
import { generateKeyPairSync, sign } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";

const told = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${told.port}`;
const people = new Map(told.people.map((person) => [person.sub, person]));
const [own, foreign] = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const key = { ...own.export({ format: "jwk" }), kid: told.kid, alg: "RS256", use: "sig" };
let orders = null;

const provider = new Provider(issuer, {
  clients: [{ client_id: told.client, client_secret: told.secret, redirect_uris: told.redirects }],
  jwks: { keys: [key] },
  cookies: { keys: ["cookies of tests"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, userinfo: { enabled: true } },
  claims: { openid: ["sub", "acr"], profile: ["name", "personal_number"], phone: ["phone_number", "phone_number_verified"] },
  acrValues: ["2"],
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => people.has(sub) && { accountId: sub, claims: () => people.get(sub) },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: told.client, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile phone");
    await grant.save();
    return grant;
  },
});
provider.on("server_error", (_ctx, problem) => console.error(problem));

const coded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function falsified(body) {
  const wanted = orders;
  orders = null;
  if (!wanted || !body.id_token) return body;
  const claims = { ...JSON.parse(Buffer.from(body.id_token.split(".")[1], "base64url")), ...wanted.claims };
  for (const name of Object.keys(claims)) if (claims[name] === null) delete claims[name];
  const unsigned = wanted.key === "none";
  const text = `${coded(unsigned ? { alg: "none" } : { alg: "RS256", kid: told.kid })}.${coded(claims)}`;
  const by = wanted.key === "foreign" ? foreign : own;
  const signature = unsigned ? "" : sign("sha256", Buffer.from(text), by).toString("base64url");
  return { ...body, id_token: `${text}.${signature}` };
}

provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === "/token" && ctx.status === 200) ctx.body = falsified(ctx.body);
});

const page = (uid, client) => `<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Định danh</title>
<h1>Định danh điện tử (thử)</h1><form method="post" action="/interaction/${uid}">
<label>Người dùng <input name="sub"></label><button name="go" value="yes">Đồng ý</button>
<button name="go" value="no">Hủy</button></form><p>${client}</p></html>`;

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

const answer = provider.callback();
http.createServer(async (request, response) => {
  if (request.url === "/orders") {
    orders = JSON.parse(await body(request));
    return response.end();
  }
  const uid = /^\/interaction\/([\w-]+)$/.exec(request.url)?.[1];
  if (!uid) return answer(request, response);
  if (request.method === "GET") {
    const { params } = await provider.interactionDetails(request, response);
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(page(uid, params.client_id));
  }
  const form = new URLSearchParams(await body(request));
  const result = form.get("go") === "yes"
    ? { login: { accountId: form.get("sub"), acr: "2" } }
    : { error: "access_denied", error_description: "cancelled" };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(told.port, "127.0.0.1");
