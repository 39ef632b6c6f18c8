import { defineConfig } from 'vite';

/** `npm run dev` shows the page with answers from a server started by `bandoso demo`. */
const server = 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative: the page may stand under a part of a host, such as https://h/bando/.
  base: './',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    // The server writes the page of a door and learns here what its script is called.
    manifest: 'manifest.json',
    rolldownOptions: { input: { index: 'index.html', door: 'src/door.ts' } },
  },
  server: {
    proxy: Object.fromEntries(
      ['/catalog', '/styles', '/fonts', '/tiles', '/v1', '/d'].map((path) => [path, { target: server }]),
    ),
  },
});
