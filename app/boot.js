// Starts the page. A file of its own, because the page's security policy allows no inline script.

// For the program, which can't call import() itself.
globalThis.glasspost = { load: (path) => import(path) };

const named = (name) => document.querySelector(`meta[name="${name}"]`).content;

try {
  const fetched = fetch(named("page-wasm"));
  const { default: init } = await import(named("page-js"));
  await init({ module_or_path: fetched });
} catch (error) {
  document.getElementById("boot-problem").hidden = false;
  throw error;
}
