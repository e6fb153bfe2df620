'use strict';
/* make bench: what one chatd on this machine can do, as small tables; under four minutes. Load goes to 127.0.0.1 and takes
 * a part of the same processors, so compare figures of one run with each other and not with those of another machine.
 * node test/bench/run.js [start get send fanout stall sockets commit upload scale]...     all of them without arguments */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { freeim } = require('../harness/client.js');
const { startServer, CHATD } = require('../harness/server.js');
const { pause } = require('../harness/wait.js');
const { byForm, byParts, fetchBack } = require('./upload.js');
const { tool, run, scene, hold, register, makeGroup } = require('./tools.js');

const KEYS = { max_sockets: 600, http_threads: 64, sockets_per_address: 60000, group_members: 600, log_level: 'warn' };

/* ---- tables ---- */

function table(title, heads, rows) {
  const cells = [heads, ...rows.map((row) => row.map(String))];
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  console.log(`\n${title}`);
  for (const row of cells) console.log(`  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`);
}

const round = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const ms = (value) => round(value, value < 10 ? 2 : 1);
const ratio = (a, b) => `${(a / b).toFixed(2)}x`;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/* ---- the server seen from outside ---- */

/* {rss, pss} in KB. Without the right to read a process that hides its memory, pss is missing. */
function memory(server) {
  try {
    const text = fs.readFileSync(`/proc/${server.pid}/smaps_rollup`, 'utf8');
    const of = (key) => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(text)[1]);
    return { rss: of('Rss'), pss: of('Pss') };
  } catch {
    return { rss: server.rssKb(), pss: NaN };
  }
}

async function idleCpu(server, seconds) {
  const before = server.cpuMs();
  await pause(seconds * 1000);
  return (server.cpuMs() - before) / (seconds * 10);
}

/* A fresh server with its own folder for one part; ends it whatever happens. */
async function withServer({ dataDir, ...set }, part) {
  const server = await startServer({ dataDir, set: { ...KEYS, ...set } });
  try {
    return await part(server);
  } finally {
    await server.stop();
  }
}

/* ---- the parts ---- */

/* Starts and stops on one folder: ms until ready, and memory when it is. */
async function starts(dataDir, count) {
  const times = [];
  let rss;
  for (let i = 0; i < count; i++) {
    const start = process.hrtime.bigint();
    const server = await startServer({ dataDir, set: { max_sockets: 500, http_threads: 64, log_level: 'warn' } });
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    rss = memory(server).rss;
    await server.stop();
  }
  return { times, rss };
}

async function startPart() {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-bench-'));
  const rows = [];
  const add = (name, { times, rss }) => {
    const size = fs.statSync(path.join(dataDir, 'chatd.db')).size;
    rows.push([name, round(size / 1048576, 1), round(median(times)), round(rss / 1024, 1)]);
  };
  try {
    add('first', await starts(dataDir, 1));
    add('again (median of 5)', await starts(dataDir, 5));
    await withServer({ dataDir }, async (server) => {
      const { file } = await register(server, 64, 'start');
      await scene(server, 'send', { accounts: file, conns: 64, ms: 3000 });
    });
    add('with messages (median of 3)', await starts(dataDir, 3));
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
  table(`Start, from exec to "ready", with the default number of threads; the binary has ${round(fs.statSync(CHATD).size / 1048576, 2)} MB`,
    ['start', 'store MB', 'ms', 'RSS MB'], rows);
}

async function getPart() {
  await withServer({}, async (server) => {
    const { people, file } = await register(server, 64, 'get');
    await makeGroup(server, people.slice(0, 10));
    await scene(server, 'send', { accounts: file, conns: 64, ms: 300 }); /* so that lists have something to list */
    const rows = [];
    for (const at of ['/api/v1/me/info', '/api/v1/conversations', '/api/v1/site/config'])
      for (const conns of [1, 16, 64]) {
        const got = await scene(server, 'get', { accounts: file, conns, ms: 1200, path: at });
        rows.push([at, conns, round(got.per_s), ms(got.p50), ms(got.p99), round(got.cpu)]);
      }
    table('GET over kept connections', ['path', 'connections', 'answers/s', 'p50 ms', 'p99 ms', 'server CPU %'], rows);
  });
}

async function sendPart() {
  await withServer({}, async (server) => {
    const { people, file } = await register(server, 64, 'send');
    const group = await makeGroup(server, people.slice(0, 10));
    const rows = [];
    for (const to of [{ name: 'one person' }, { name: 'group of 10', group, members: 10 }])
      for (const conns of [1, 8, 64]) {
        const { name, ...target } = to;
        const got = await scene(server, 'send', { accounts: file, conns, ms: 2000, ...target });
        rows.push([name, conns, round(got.per_s), ms(got.p50), ms(got.p99), round(got.cpu)]);
      }
    table('POST /chat/send, 200 bytes; the answer means "on disk"', ['to', 'senders', 'sends/s', 'ack p50 ms', 'ack p99 ms', 'server CPU %'], rows);
  });
}

async function fanoutPart() {
  await withServer({}, async (server) => {
    const { people, file } = await register(server, 500, 'fan');
    const group = await makeGroup(server, people);
    const rows = [];
    for (const window of [8, 64]) {
      const got = await scene(server, 'fanout', { accounts: file, group, members: 500, window, ms: 5000 });
      rows.push([window, round(got.sent), round(got.per_s), ms(got.p50), ms(got.p99), ms(got.ack50), got.missing + got.odd, round(got.cpu)]);
    }
    table('Fan-out: a group of 500, all connected, 200 bytes, stored before it is delivered',
      ['outstanding', 'messages', 'deliveries/s', 'p50 ms', 'p99 ms', 'ack p50 ms', 'missing', 'server CPU %'], rows);
  });
}

async function stallPart() {
  await withServer({}, async (server) => {
    const { people, file } = await register(server, 101, 'stall');
    const group = await makeGroup(server, people);
    const rows = [];
    for (const load of [{ bytes: 30000, rate: 20, ms: 3000, most: 12000 }, { bytes: 200, rate: 50, ms: 2500, most: 2500 }])
      for (const stalled of [0, 1, 0, 1]) {
        const { bytes, rate } = load;
        const got = await scene(server, 'stall', { accounts: file, group, members: 101, stalled, bytes, rate, ms: stalled ? load.most : load.ms });
        const back = stalled ? [round(got.held / 1024), got.close || 'none', `${got.live} + ${got.history}`] : ['', '', ''];
        rows.push([`${bytes} B, ${rate}/s`, stalled ? 'one' : 'none', got.sent, ms(got.p50), ms(got.p99), ms(got.max), got.missing + got.wrong, got.dropped, ...back, got.resynced ? 'yes' : 'NO']);
      }
    table('A reader that stops: what 100 that go on notice, and what the one finds when it comes back (live frames + history)',
      ['bodies', 'stalled', 'sent', 'p50 ms', 'p99 ms', 'max ms', 'missing', 'closed', 'KB in the kernel', 'close', 'it got', 'all'], rows);
  });
}

/* One count of sockets: memory before and after, idle processor time, and plain requests beside them. */
async function holdRow(server, file, sockets, tls, seconds) {
  const port = tls ? Number(new URL(server.listeners[1].url).port) : server.port;
  const before = memory(server);
  const held = await hold(server, { accounts: file, sockets, port, tls: tls ? 1 : 0 });
  const after = memory(server);
  const cpu = await idleCpu(server, seconds);
  const got = await scene(server, 'get', { accounts: file, conns: 8, ms: 1000, path: '/api/v1/me/info' });
  const { lost } = await held.release();
  const kb = (what) => round((after[what] - before[what]) / sockets, 1);
  return [`${sockets} ${tls ? 'wss' : 'ws'}`, round(held.per_s), round(before.rss / 1024, 1), round(after.rss / 1024, 1), kb('rss'), kb('pss'), cpu.toFixed(1), round(got.per_s), ms(got.p50), ms(got.p99), lost];
}

async function socketsPart() {
  const rows = [];
  for (const [sockets, tls, seconds] of [[500, false, 5], [2000, false, 10], [500, true, 5]])
    await withServer({ max_sockets: sockets, listen: ['127.0.0.1:0', '127.0.0.1:0s'] }, async (server) => {
      const { file } = await register(server, 200, 'hold');
      rows.push(await holdRow(server, file, sockets, tls, seconds));
    });
  table('Open sockets of 200 people (max_sockets = their number, so the threads are there before), and GET /me/info over 8 connections beside them',
    ['sockets', 'opened/s', 'RSS MB before', 'with', 'KB RSS each', 'KB PSS each', 'idle CPU %', 'GET/s', 'p50 ms', 'p99 ms', 'lost'], rows);
}

function commitPart() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-bench-'));
  try {
    const lines = run(tool('commit'), [dir, '400']);
    const one = (key) => lines.find((line) => key in line)[key];
    const bare = lines.find((line) => line.batch === 64).rows;
    const rows = lines.filter((line) => line.threads).map((line) => [line.threads, round(line.group), ms(line.group50), ms(line.group99),
      round(line.each), ms(line.each50), ms(line.each99), ratio(line.group, line.each), ratio(line.group, bare)]);
    table(`message_send() from threads, synchronous=FULL: group commit against a commit for every send, taking turns`,
      ['senders', 'group/s', 'p50 ms', 'p99 ms', 'each/s', 'p50 ms', 'p99 ms', 'group/each', 'group/bare'], rows);
    console.log(`  bare SQLite, one thread, ${round(bare)} rows/s at 64 rows a commit, ${round(lines.find((line) => line.batch === 1).rows)} at 1; ` +
      `message_send() in memory ${round(one('in_memory'))}/s; fdatasync of 4 KiB ${ms(one('fdatasync'))} ms (median)`);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function searchTable([index, ...lines]) {
  const rows = lines.map((line) => [line.question, round(line.found, 1), ms(line.p50), ms(line.p99), ms(line.cpu50), ms(line.cpu99)]);
  table(`Searching it: ${round(index.indexed)} messages indexed in ${round(index.seconds, 1)} s (${round(index.cpu, 1)} s of a processor), ` +
    `${round(index.index_bytes / 1048576, 1)} MB of index for ${round(index.text_bytes / 1048576, 1)} MB of text; first page of 20`,
    ['looking for', 'found', 'p50 ms', 'p99 ms', 'CPU p50 ms', 'CPU p99 ms'], rows);
}

const FLAT_MB = 16; /* what a file of any size may add to the server's memory */

/* How far the server's memory rises above what it was while work goes on, in MB, and how long that takes, in s. */
async function watch(server, work) {
  const before = server.rssKb();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, server.rssKb())), 50);
  const start = Date.now();
  try {
    const result = await work();
    return { result, before: before / 1024, rise: (most - before) / 1024, seconds: (Date.now() - start) / 1000 };
  } finally {
    clearInterval(timer);
  }
}

/* UPLOAD_MB makes the file smaller or larger. */
async function uploadPart() {
  const size = Number(process.env.UPLOAD_MB || 1024) * 1048576;
  await withServer({ upload_file_bytes: size, upload_user_bytes: size * 4 }, async (server) => {
    const person = await freeim(server).register('sender');
    const token = (await person.ok('GET /upload/qiniu/params')).uploadToken;
    const rows = [];
    const add = (name, { before, rise, seconds }) => {
      rows.push([name, round(size / 1048576 / seconds), round(before, 1), round(rise, 1), rise > FLAT_MB ? 'over' : '']);
      if (rise > FLAT_MB) process.exitCode = 1;
    };
    for (const [name, way] of [['as one form', byForm], ['in parts of 4 MB', byParts]]) {
      const sent = await watch(server, () => way(server, token, size));
      add(name, sent);
      add('read back, equal', await watch(server, () => fetchBack(server, sent.result.key, size)));
    }
    table(`A file of ${round(size / 1048576)} MB; the server's memory before, and how much it rises meanwhile (bar ${FLAT_MB} MB)`,
      ['way', 'MB/s', 'RSS MB', 'rise MB', 'bar'], rows);
  });
}

const BAR_MS = 2; /* what each of these answers may take of the server */

/* The steps of a plan that walk over a table. Results of inner queries are small; json_each is given its list; a virtual
 * table is walked when it is asked without a condition. */
function walks(plan) {
  const inner = new Set(plan.map((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\S+)/.exec(step)).filter(Boolean).map((found) => found[1]));
  return plan.filter((step) => {
    const [, name] = /^SCAN (\S+)/.exec(step) || [];
    if (!name || name === 'CONSTANT' || name.startsWith('(subquery') || inner.has(name)) return false;
    const [, index, condition] = / VIRTUAL TABLE INDEX (\d+):(.*)$/.exec(step) || [];
    return index === undefined || (index !== '1' && condition === '');
  });
}

/* How SQLite goes about every statement that ran; the run fails if one walks over a table that grows. */
function showPlans(lines) {
  const plans = new Map(lines.flatMap((line) => line.run.map((one) => [one.query, one.plan])));
  console.log('\nEXPLAIN QUERY PLAN of all statements behind these answers');
  for (const [query, plan] of plans) {
    console.log(`  ${query}: ${plan.join('; ')}`);
    for (const step of walks(plan)) {
      console.log(`  ${query} WALKS OVER A GROWING TABLE: ${step}`);
      process.exitCode = 1;
    }
  }
}

/* SCALE_PEOPLE and SCALE_MESSAGES make it larger; 100000 and 1000000 take a minute or two to fill. */
function scalePart() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-scale-'));
  const size = [process.env.SCALE_PEOPLE || '20000', process.env.SCALE_MESSAGES || '100000'];
  const file = path.join(dir, 'chatd.db');
  try {
    execFileSync(tool('scale'), ['fill', file, ...size], { stdio: ['ignore', 'inherit', 'inherit'] });
    const lines = run(tool('scale'), ['measure', file, ...size]);
    const rows = lines.map((line) => [line.question, line.found, ms(line.p50), ms(line.p99), ms(line.cpu50), ms(line.cpu99), line.cpu99 > BAR_MS ? 'over' : '']);
    table(`Reading from a grown store: ${size[0]} people and as many groups (some of 500), ${size[1]} messages; on one thread, without HTTP. CPU is the thread's own time, at most ${BAR_MS} ms at the 99th percentile`,
      ['question', 'found', 'p50 ms', 'p99 ms', 'CPU p50', 'CPU p99', 'bar'], rows);
    searchTable(run(tool('search'), [file, size[0]]));
    showPlans(lines);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

const PARTS = { start: startPart, get: getPart, send: sendPart, fanout: fanoutPart, stall: stallPart, sockets: socketsPart, commit: commitPart, upload: uploadPart, scale: scalePart };

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !PARTS[name]);
  if (unknown) throw new Error(`${unknown} is none of: ${Object.keys(PARTS).join(' ')}`);
  const [cpu] = os.cpus();
  console.log(`${os.cpus().length} cores (${cpu.model.trim()}), Linux ${os.release()}, load ${os.loadavg().map((value) => value.toFixed(1)).join(' ')}`);
  const start = Date.now();
  for (const [name, part] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await part();
  console.log(`\n${round((Date.now() - start) / 1000)} s`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
