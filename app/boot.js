// Starts the page. A file of its own, because the page's security policy allows no inline script.

const named = (name) => document.querySelector(`meta[name="${name}"]`).content;

try {
  const wasm = named("page-wasm");
  // The digests stand on trunk's preload links. The browser holds the module against its own; for the wasm we have to ask.
  const integrity = document.querySelector(`link[href="${wasm}"]`)?.integrity ?? "";
  const fetched = fetch(wasm, { integrity });
  const { default: init } = await import(named("page-js"));
  await init({ module_or_path: fetched });
} catch (error) {
  document.getElementById("boot-problem").hidden = false;
  throw error;
}
