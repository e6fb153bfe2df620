'use strict';
/* Running the C programs of the bench, and people for them to be. */
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Person } = require('../crash/people.js');
const { REPO } = require('../harness/server.js');

/* Where the Makefile put the programs. */
const tool = (name) => path.resolve(REPO, process.env.BUILD || 'build/release', 'bench', name);

/* The lines of JSON a program prints. */
function run(program, args) {
  const text = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return text.trim().split('\n').map((line) => JSON.parse(line));
}

/* load's arguments from {key: value}. */
const pairs = (options) => Object.entries(options).map(([key, value]) => `${key}=${value}`);

/* Runs a scene of the load client beside this process, so that the server's use of the processor can be told: its one
 * line, with .cpu in percent of one core. */
function scene(server, name, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(tool('load'), [name, ...pairs({ port: server.port, ...options })], { stdio: ['ignore', 'pipe', 'inherit'] });
    const cpu = server.cpuMs();
    const start = Date.now();
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`load ${name} ${JSON.stringify(options)} ended with ${code}`));
      else resolve({ ...JSON.parse(text), cpu: (100 * (server.cpuMs() - cpu)) / (Date.now() - start) });
    });
  });
}

/* Sockets held by a process of its own: {open, per_s, release()}. */
function hold(server, options) {
  const child = spawn(tool('load'), ['hold', ...pairs({ port: server.port, ...options })], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = [];
  let wake = () => {};
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    rest += part;
    const whole = rest.split('\n');
    rest = whole.pop();
    lines.push(...whole.map((line) => JSON.parse(line)));
    wake();
  });
  const ended = new Promise((resolve) => child.on('close', resolve)).then(() => wake());
  const line = async (index) => {
    while (lines.length <= index) {
      if (child.exitCode !== null) throw new Error('load hold ended early');
      await Promise.race([new Promise((resolve) => (wake = resolve)), ended]);
    }
    return lines[index];
  };
  const release = async () => {
    child.stdin.end();
    const last = await line(1);
    await ended;
    return last;
  };
  return line(0).then((first) => ({ ...first, release }));
}

/* Does work(item) for all, a few at a time: hashing passwords has a queue of bounded length. */
async function each(items, work, atOnce = 8) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/* count new accounts on a server, and the file load reads them from. */
async function register(server, count, stem) {
  const people = Array.from({ length: count }, (_, i) => new Person(`${stem}${i}`));
  for (const person of people) person.meet(server);
  await each(people, (person) => person.register());
  for (const person of people) person.leave();
  const file = path.join(server.dataDir, `${stem}.accounts`);
  fs.writeFileSync(file, people.map((person) => `${person.id} ${person.token}\n`).join(''));
  return { people, file };
}

/* A group of these people; its id. */
async function makeGroup(server, people) {
  const [owner, ...others] = people;
  for (const person of people) person.meet(server);
  const { id } = await owner.must('POST', '/api/v1/chatGroups', { name: 'bench', intro: '' });
  await each(others, (person) => person.must('POST', '/api/v1/chatGroups/join', { groupId: id, reason: '' }));
  await each(others, (person) => owner.must('POST', '/api/v1/chatGroups/join/reply', { groupId: id, accountId: person.id, status: 'pass' }));
  for (const person of people) person.leave();
  return id;
}

module.exports = { tool, run, scene, hold, register, makeGroup };
