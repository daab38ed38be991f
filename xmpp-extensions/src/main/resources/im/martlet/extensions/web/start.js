// Starts Converse.js with the settings that the server wrote into the page, and registers this browser for notifications
// while the page is closed.

const server = JSON.parse(document.getElementById("settings").textContent);
const files = `/web/${server.version}`;

// ---- Web Push through the gateway of this server (docs/PUSH.md)

const GATEWAY = "urn:martlet:push:0";
const PUSH = "urn:xmpp:push:0";
const STORED_NODE = "martlet-push"; // key of this browser's node in the local storage, to disable it later

function push(converse, api) {
  const { stx } = converse.env;
  const ask = (iq) => api.sendIQ(iq);

  async function key() {
    const info = await ask(stx`<iq type="get" to="${server.push}" xmlns="jabber:client"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`);
    return info.querySelector('field[var="vapid"] > value').textContent;
  }

  async function subscription() {
    const worker = await navigator.serviceWorker.register("/web/worker.js", { scope: "/" });
    const applicationServerKey = await key();
    try {
      return await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    } catch (e) {
      const other = await worker.pushManager.getSubscription(); // made with an earlier key of this server
      if (!other) throw e;
      await other.unsubscribe();
      return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    }
  }

  async function disable() {
    const node = localStorage.getItem(STORED_NODE);
    if (!node) return;
    localStorage.removeItem(STORED_NODE);
    await ask(stx`<iq type="set" xmlns="jabber:client"><disable xmlns="${PUSH}" jid="${server.push}" node="${node}"/></iq>`).catch(() => {});
    await ask(stx`<iq type="set" to="${server.push}" xmlns="jabber:client"><unregister xmlns="${GATEWAY}" node="${node}"/></iq>`).catch(() => {});
  }

  async function enable() {
    const { endpoint, keys } = (await subscription()).toJSON();
    await disable(); // the node of the session before this one
    const answer = await ask(stx`
      <iq type="set" to="${server.push}" xmlns="jabber:client">
        <register xmlns="${GATEWAY}"><endpoint>${endpoint}</endpoint><p256dh>${keys.p256dh}</p256dh><auth>${keys.auth}</auth></register>
      </iq>`);
    const registered = answer.querySelector("registered");
    const node = registered.getAttribute("node");
    localStorage.setItem(STORED_NODE, node);
    await ask(stx`
      <iq type="set" xmlns="jabber:client">
        <enable xmlns="${PUSH}" jid="${server.push}" node="${node}">
          <x xmlns="jabber:x:data" type="submit">
            <field var="FORM_TYPE"><value>http://jabber.org/protocol/pubsub#publish-options</value></field>
            <field var="secret"><value>${registered.getAttribute("secret")}</value></field>
          </x>
        </enable>
      </iq>`);
  }

  // Push needs the user's permission, and a browser lets a page ask for it only after a click.
  async function begin() {
    if (Notification.permission === "default") document.addEventListener("click", () => Notification.requestPermission().then(begin), { once: true });
    if (Notification.permission !== "granted") return;
    try {
      await enable();
      console.info("this browser gets notifications by Web Push");
    } catch (e) {
      console.warn("this browser cannot get notifications by Web Push", e);
    }
  }

  api.listen.on("connected", begin);
  api.listen.on("reconnected", begin);
  api.listen.on("beforeLogout", disable);
}

const plugins = [];
if (server.push && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  plugins.push(STORED_NODE);
  converse.plugins.add(STORED_NODE, {
    initialize() { push(converse, this._converse.api); },
  });
}

// ---- Converse.js

// Replaces the footer of Converse.js, because that one loads pictures from the servers of its sponsors.
customElements.define("converse-footer", class extends HTMLElement {
  connectedCallback() {
    this.innerHTML = `<p class="text-center subdued p-3"><a href="https://conversejs.org" target="_blank" rel="noreferrer">Converse.js</a> ${server.version}, <a href="${files}/LICENSE" target="_blank">open source</a></p>`;
  }
});

const address = (scheme, path) => path && `${scheme}//${location.host}${path}`;
const socket = address("wss:", server.websocket);
const bosh = address("https:", server.bosh);

/** Returns whether a WebSocket reaches the server. Some proxies block WebSockets, and Converse.js does not fall back to BOSH itself. */
async function canUseWebSocket() {
  if (!socket || !bosh || sessionStorage.getItem("martlet-sockets")) return Boolean(socket);
  const opened = await new Promise((answer) => {
    const probe = new WebSocket(socket, "xmpp");
    probe.onopen = () => { answer(true); probe.close(); };
    probe.onerror = probe.onclose = () => answer(false);
    setTimeout(answer, 5000, false);
  });
  if (opened) sessionStorage.setItem("martlet-sockets", "open");
  return opened;
}

const preferred = (await canUseWebSocket()) ? { websocket_url: socket, bosh_service_url: bosh } : { bosh_service_url: bosh };

converse.initialize({
  allow_registration: server.registration,
  assets_path: files,
  autocomplete_providers_url: "", // no requests to other servers
  blacklisted_plugins: server.omemo ? [] : ["converse-omemo", "converse-omemo-views"],
  default_domain: server.host,
  discover_connection_methods: false,
  embed_3rd_party_media_players: false,
  geouri_replacement: "geo:$1,$2",
  message_archiving: "always",
  muc_domain: server.rooms,
  muc_nickname_from_jid: true,
  muc_search_service: "",
  notification_icon: `${files}/images/logo/conversejs-filled-192.png`,
  providers_link: "",
  registration_domain: server.host,
  sounds_path: `${files}/sounds/`,
  view_mode: "fullscreen",
  whitelisted_plugins: plugins,
  xmpp_providers_url: "",
  ...preferred,
});
