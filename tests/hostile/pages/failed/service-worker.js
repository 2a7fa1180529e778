// expect: failed
await navigator.serviceWorker?.register("web/page.js").catch(() => {});
