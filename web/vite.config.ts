import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The program that `npm run dev` passes calls of the API on to.
const program = process.env.IGNY8_ADDR ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The budget test and the server's preloads read it.
    manifest: true,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // Inlined files would be data: addresses, which the content policy forbids.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '/v1': program, '/api': program } },
})
