// The build of the page: index.html and its chunks, into dist/, at addresses relative to the page itself.
import { defineConfig } from 'vite'
import { svelte } from '@sveltejs/vite-plugin-svelte'

/** Opened from file://, where browsers refuse modules, the page takes the classic build instead. */
const classicFallback = {
  name: 'classic-fallback',
  apply: 'build' as const,
  transformIndexHtml: (html: string) =>
    html.replace(
      '</head>',
      `  <script>
      if (location.protocol === 'file:') {
        const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: './page.classic.css' })
        document.head.append(style, Object.assign(document.createElement('script'), { src: './page.classic.js', defer: true }))
      }
    </script>
  </head>`,
    ),
}

/** The inspector is on show from the first picture on: its chunk is fetched beside the page's script, not after it. */
const fetchInspectorAtOnce = {
  name: 'fetch-inspector-at-once',
  apply: 'build' as const,
  transformIndexHtml: {
    order: 'post' as const,
    handler: (_html: string, { bundle }: { bundle?: Record<string, { type: string; fileName: string; name?: string }> }) =>
      Object.values(bundle ?? {})
        .filter((chunk) => chunk.type === 'chunk' && chunk.name === 'inspector')
        .map(({ fileName }) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
          injectTo: 'head' as const,
        })),
  },
}

export default defineConfig({
  base: './',
  plugins: [svelte(), classicFallback, fetchInspectorAtOnce],
  build: {
    target: 'es2022',
    outDir: 'dist',
    manifest: true,
    // Fonts and images stay files, so that what a first load fetches can be counted.
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    // `npm run size` says what it weighs.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: { page: 'index.html' },
    },
  },
})
