import { defineConfig } from 'vite';

/** `npm run dev` shows the page with answers from a server started by `bandoso demo`. */
const server = 'http://127.0.0.1:8080';

export default defineConfig({
  build: { target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1200 },
  server: {
    proxy: Object.fromEntries(
      ['/catalog', '/styles', '/fonts', '/tiles', '/v1'].map((path) => [path, { target: server }]),
    ),
  },
});
