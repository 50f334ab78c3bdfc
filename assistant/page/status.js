() => {
  // /health needs no session, so asking it does not keep an idle one alive.
  const words = {ready: "model ready", starting: "model starting", down: "model down"};
  const ask = async () => {
    const badge = document.getElementById("status");
    if (!badge) return;
    let state = "down";
    try {
      state = (await (await fetch("/health", {cache: "no-store"})).json()).model;
    } catch (error) {
      state = "unreachable";
    }
    badge.className = "badge " + state;
    badge.textContent = words[state] || "server unreachable";
  };
  ask();
  if (!window.statusTimer) window.statusTimer = setInterval(ask, 4000);
}
