/**
 * What every browser test needs: the real binary on a free port, a Chromium that draws WebGL
 * without a graphics card, and a page that notes every fault and every request to elsewhere.
 *
 *   BANDOSO_DEMO_DIR  where the demo town's file is made or found (default: the project)
 *   BANDOSO_BIN  the server's binary (default: target/release/bandoso, then target/debug/bandoso)
 *   CHROMIUM     the browser (default: /usr/bin/chromium)
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../..');
const shots = path.join(here, 'shots');
mkdirSync(shots, { recursive: true });

const STARTS_WITHIN_MS = 120_000;
/** Software drawing on a busy machine is slow; a test that waits longer has failed. */
export const SOON_MS = 30_000;

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

function binary() {
  const candidates = process.env.BANDOSO_BIN
    ? [path.resolve(process.env.BANDOSO_BIN)]
    : ['release', 'debug'].map((profile) => path.join(project, 'target', profile, 'bandoso'));
  const found = candidates.find((file) => existsSync(file));
  if (!found) throw new Error(`There is no server to test: build it with \`cargo build\` or set BANDOSO_BIN (looked for ${candidates.join(', ')}).`);
  return found;
}

function browserPath() {
  const file = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(file)) throw new Error(`There is no browser at ${file}: install the package chromium or set CHROMIUM to one.`);
  return file;
}

/** Starts the demo town and a browser; `stop()` ends both. */
export async function openTown() {
  const executablePath = browserPath();
  const server = spawn(binary(), ['demo', '--listen', '127.0.0.1:0'], { cwd: process.env.BANDOSO_DEMO_DIR ?? project, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await addressOf(server);
  await isReady(url);
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-dev-shm-usage',
    ],
  });
  return {
    url,
    browser,
    async stop() {
      await browser.close();
      server.kill('SIGTERM');
    },
  };
}

function addressOf(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`The server named no address in time. It said:\n${said}`)), STARTS_WITHIN_MS);
    const hear = (chunk) => {
      said += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (!address) return;
      clearTimeout(timer);
      resolve(address[0]);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The server stopped with code ${code}. It said:\n${said}`));
    });
  });
}

async function isReady(url) {
  const end = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < end) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The server never became ready.');
}

/** A page at `hash`; `faults` and `strangers` fill while it is used. */
export async function openPage(town, hash = '', viewport = DESK) {
  const context = await town.browser.newContext({ viewport, hasTouch: viewport.width < 700, locale: 'vi-VN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults = [];
  const strangers = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || (message.type() === 'warning' && !isDriverNoise(message.text()))) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== town.url) strangers.push(request.url());
  });
  await page.goto(`${town.url}/${hash}`);
  await mapIsDrawn(page);
  return Object.assign(page, { faults, strangers });
}

/** Another link in the same tab, as if from the beginning. */
export async function openAgain(page, town, hash) {
  await page.goto('about:blank');
  await page.goto(`${town.url}/${hash}`);
}

/** SwiftShader reports reading pixels back as slow. */
function isDriverNoise(text) {
  return /GPU stall|GL Driver Message|swiftshader|software WebGL/i.test(text);
}

export async function mapIsDrawn(page) {
  await page.locator('body.has-map').waitFor({ state: 'attached', timeout: SOON_MS });
}

/** Nothing moves, and all tiles and letters in view have come. */
export async function mapIsStill(page) {
  await mapIsDrawn(page);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        bandoso.map.once('idle', resolve);
        bandoso.map.triggerRepaint();
      }),
  );
}

/** The page's own view of things: what the address bar holds. */
export function fragment(page) {
  return new URLSearchParams(new URL(page.url()).hash.slice(1));
}

export async function shoot(page, name) {
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

/** Opens a page, uses it, and makes sure that the console has no errors and no request left the server. */
export async function withPageOf(town, hash, use, viewport) {
  const page = await openPage(town, hash, viewport);
  try {
    await use(page);
    assert.deepEqual(page.faults, [], 'the console has no errors');
    assert.deepEqual(page.strangers, [], 'no request leaves the server');
  } finally {
    await page.context().close();
  }
}
