'use strict';
/* A person with one kept HTTP connection. Only what the crash rounds need; every answer comes back as an outcome. */
const http = require('node:http');
const { DEADLINE_MS } = require('../harness/wait.js');

class Person {
  constructor(name) {
    this.name = name;
    this.agent = null;
  }

  /* The server was started (again): its port is another one. */
  meet(server) {
    if (this.agent) this.agent.destroy();
    this.server = server;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  }

  leave() {
    if (this.agent) this.agent.destroy();
    this.agent = null;
  }

  /* {kind: 'ok', result}, {kind: 'fail', status, error} or {kind: 'unknown', why}. An answer of 500 and above is
   * unknown too: a commit that failed may yet be on disk. */
  ask(method, path, fields) {
    const body = method === 'POST' ? JSON.stringify(fields) : undefined;
    const headers = { ...(this.token ? { Authorization: this.token } : {}), ...(body ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } : {}) };
    return new Promise((resolve) => {
      const unknown = (error) => resolve({ kind: 'unknown', why: error.message });
      const rq = http.request({ host: this.server.host, port: this.server.port, method, path, headers, agent: this.agent, timeout: DEADLINE_MS }, (rs) => {
        const parts = [];
        rs.on('data', (part) => parts.push(part));
        rs.on('error', unknown);
        rs.on('end', () => resolve(this.outcome(rs, Buffer.concat(parts).toString('utf8'))));
      });
      rq.on('timeout', () => rq.destroy(new Error('no answer in time')));
      rq.on('error', unknown);
      rq.end(body);
    });
  }

  outcome(rs, text) {
    if (!rs.complete || rs.statusCode >= 500) return { kind: 'unknown', why: `${rs.statusCode} ${text.slice(0, 200)}` };
    const answer = JSON.parse(text);
    if (rs.statusCode === 200 && answer.code === 0) return { kind: 'ok', result: answer.result };
    return { kind: 'fail', status: rs.statusCode, error: answer.result && answer.result.error };
  }

  /* The result of what must succeed. */
  async must(method, path, fields) {
    const outcome = await this.ask(method, path, fields);
    if (outcome.kind !== 'ok') throw new Error(`${this.name}: ${method} ${path}: ${JSON.stringify(outcome)}`);
    return outcome.result;
  }

  async register() {
    const { token } = await this.must('POST', '/api/v1/register/basic', { account: this.name, password: 'correct-horse-7', captchaKey: '', captcha: '', platform: 'h5' });
    this.token = token;
    this.id = (await this.must('GET', '/api/v1/me/info')).account.id;
  }
}

/* count people who talk, one who only listens, and the id of a group of the first of them that all are in. The notices of
 * their joining are noted in history. */
async function settle(server, count, history) {
  const people = Array.from({ length: count }, (_, i) => new Person(`crash${i + 1}`));
  const quiet = new Person('quiet');
  for (const person of [...people, quiet]) person.meet(server);
  for (const person of [...people, quiet]) await person.register();
  const [owner, ...others] = people;
  const group = await owner.must('POST', '/api/v1/chatGroups', { name: 'crash', intro: '' });
  for (const person of [...others, quiet]) {
    const notice = history.newNotice(owner.name, owner.id, group.id, 'groupJoin', person.id, 0);
    await person.must('POST', '/api/v1/chatGroups/join', { groupId: group.id, reason: '' });
    await owner.must('POST', '/api/v1/chatGroups/join/reply', { groupId: group.id, accountId: person.id, status: 'pass' });
    history.noticeAcked(notice);
  }
  return { people, quiet, owner, groupId: group.id };
}

module.exports = { Person, settle };
