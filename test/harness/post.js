'use strict';
/* Where chatd's letters go in tests: a small SMTP server, an HTTP receiver for SMS, and the outbox of a server that has
 * neither. They take what comes and keep it; what they answer can be scripted. */
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const { until } = require('./wait.js');

/* ---- letters ---- */

/* A header's encoded words (RFC 2047) as text. */
const decodeWords = (text) => text.replace(/\?=\r\n =\?/g, '?==?').replace(/=\?UTF-8\?B\?([\w+/=]*)\?=/g, (_, b64) => Buffer.from(b64, 'base64').toString('utf8'));

/* {headers, text} of a mail as it came. */
function parseMail(raw) {
  const end = raw.indexOf('\r\n\r\n');
  const headers = {};
  for (const line of raw.slice(0, end).replace(/\r\n /g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (name in headers) throw new Error(`the mail has two headers ${name}`);
    headers[name] = decodeWords(line.slice(colon + 2));
  }
  const body = raw.slice(end + 4);
  const text = headers['content-transfer-encoding'] === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body;
  return { headers, text };
}

/* The code in a letter's text; one, and the same wherever it stands. */
function codeIn(text) {
  const found = new Set(text.match(/(?<!\d)\d{4,5}(?!\d)/g));
  if (found.size !== 1) throw new Error(`not one code in: ${text}`);
  return [...found][0];
}

/* ---- SMTP ---- */

class SmtpSession {
  constructor(server, socket, secure) {
    Object.assign(this, { server, secure, user: null, buffer: '', mail: null, wants: null });
    this.attach(socket);
    this.say('220 test ESMTP');
  }

  attach(socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (data) => this.take(data.toString('latin1')));
  }

  say(line) {
    this.server.transcript.push(`S: ${line}`);
    if (!this.socket.destroyed) this.socket.write(`${line}\r\n`);
  }

  take(text) {
    this.buffer += text;
    for (;;) {
      const marker = this.wants === 'data' ? '\r\n.\r\n' : '\r\n';
      const end = this.buffer.indexOf(marker);
      if (end < 0) return;
      const piece = this.buffer.slice(0, end);
      this.buffer = this.buffer.slice(end + marker.length);
      if (this.wants === 'data') this.endData(piece);
      else this.line(piece);
    }
  }

  endData(piece) {
    this.wants = null;
    const raw = Buffer.from(piece.replace(/\r\n\.\./g, '\r\n.'), 'latin1').toString('utf8');
    const answer = this.server.options.answers?.shift() || '250 kept';
    if (answer.startsWith('250'))
      this.server.mails.push({ ...this.mail, raw, ...parseMail(`${raw}\r\n`), user: this.user, secure: this.secure });
    this.say(answer);
  }

  line(line) {
    this.server.transcript.push(`C: ${line}`);
    if (this.wants) return this.wants(line);
    const [verb] = line.toUpperCase().split(' ');
    const commands = {
      EHLO: () => this.hello(),
      HELO: () => this.say('250 test'),
      STARTTLS: () => this.startTls(),
      AUTH: () => this.auth(line.split(' ')),
      MAIL: () => this.begin(line),
      RCPT: () => {
        this.mail.to.push(/^RCPT TO:<(.*)>/i.exec(line)[1]);
        this.say('250 ok');
      },
      DATA: () => {
        this.wants = 'data';
        this.say('354 go on');
      },
      RSET: () => this.say('250 ok'),
      NOOP: () => this.say('250 ok'),
      QUIT: () => {
        this.say('221 bye');
        this.socket.end();
      },
    };
    (commands[verb] || (() => this.say('502 what?')))();
  }

  hello() {
    const { starttls, auth } = this.server.options;
    const offers = [];
    if (starttls && !this.secure) offers.push('STARTTLS');
    if (auth && (this.secure || !starttls)) offers.push(`AUTH ${auth}`);
    const lines = ['test', ...offers];
    lines.forEach((one, i) => this.say(`250${i === lines.length - 1 ? ' ' : '-'}${one}`));
  }

  startTls() {
    this.say('220 go on');
    this.socket.removeAllListeners('data');
    this.buffer = '';
    const socket = new tls.TLSSocket(this.socket, { isServer: true, ...this.server.options.tls });
    this.secure = true;
    this.attach(socket);
  }

  auth([, kind, first]) {
    const decode = (text) => Buffer.from(text, 'base64').toString('utf8');
    const judge = (user, password) => {
      this.wants = null;
      const good = user === this.server.options.user && password === this.server.options.password;
      if (good) this.user = `${kind.toUpperCase()} ${user}`;
      this.say(good ? '235 welcome' : '535 wrong');
    };
    const plain = (text) => judge(...decode(text).split('\0').slice(1));
    if (kind.toUpperCase() === 'PLAIN') {
      if (first) return plain(first);
      this.wants = plain;
      return this.say('334 ');
    }
    const askPassword = (user) => {
      this.wants = (password) => judge(decode(user), decode(password));
      this.say('334 UGFzc3dvcmQ6');
    };
    if (first) return askPassword(first);
    this.wants = askPassword;
    this.say('334 VXNlcm5hbWU6');
  }

  begin(line) {
    if (this.server.options.auth && !this.user) return this.say('530 who are you?');
    this.mail = { from: /^MAIL FROM:<(.*?)>/i.exec(line)[1], to: [] };
    this.say('250 ok');
  }
}

/* options: user, password and auth ('PLAIN LOGIN'); starttls or implicit with tls {key, cert}; answers: what to say to
 * the next mails instead of 250; silent: never say a word. */
async function startSmtp(options = {}) {
  const smtp = { options, mails: [], transcript: [], connections: 0 };
  const sockets = new Set();
  const meet = (socket) => {
    smtp.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (options.silent) socket.on('error', () => {});
    else new SmtpSession(smtp, socket, Boolean(options.implicit));
  };
  const listener = options.implicit ? tls.createServer(options.tls, meet) : net.createServer(meet);
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  smtp.port = listener.address().port;
  const login = options.user ? `${encodeURIComponent(options.user)}:${encodeURIComponent(options.password)}@` : '';
  smtp.url = `${options.implicit ? 'smtps' : 'smtp'}://${login}127.0.0.1:${smtp.port}`;
  /* The mail to this address; there must be one. */
  smtp.mail = (to) => until(() => smtp.mails.find((one) => one.to.includes(to)), `a mail to ${to}`);
  smtp.code = async (to) => codeIn((await smtp.mail(to)).text);
  smtp.stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => listener.close(resolve));
  };
  return smtp;
}

/* ---- SMS ---- */

/* What a gateway checks: the signature of the body under the secret, not older than five minutes. */
function isSigned(request, secret) {
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers['x-chatd-signature'] || '');
  if (!match || Math.abs(Date.now() / 1000 - Number(match[1])) > 300) return false;
  const right = crypto.createHmac('sha256', secret).update(`${match[1]}.${request.raw}`).digest();
  return crypto.timingSafeEqual(right, Buffer.from(match[2], 'hex'));
}

/* statuses: what to answer to the next requests instead of 200. tls {key, cert} is not needed by any test. */
async function startReceiver({ statuses = [] } = {}) {
  const receiver = { requests: [], statuses };
  const listener = http.createServer((rq, rs) => {
    const parts = [];
    rq.on('data', (part) => parts.push(part));
    rq.on('end', () => {
      const raw = Buffer.concat(parts).toString('utf8');
      receiver.requests.push({ method: rq.method, url: rq.url, headers: rq.headers, raw, body: JSON.parse(raw) });
      rs.writeHead(receiver.statuses.shift() || 200, { Location: '/elsewhere' });
      rs.end('thanks');
    });
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${listener.address().port}/send?key=k`;
  receiver.message = (to) => until(() => receiver.requests.find((one) => one.body.to === to), `a message to ${to}`);
  receiver.code = async (to) => codeIn((await receiver.message(to)).body.text);
  receiver.stop = () => new Promise((resolve) => {
    listener.closeAllConnections();
    listener.close(resolve);
  });
  return receiver;
}

/* ---- files ---- */

/* The letters in a server's outbox, oldest first: {name, to, purpose, subject, text}. */
function outbox(server) {
  const folder = path.join(server.dataDir, 'outbox');
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).filter((name) => name.endsWith('.txt')).sort().map((name) => {
    const raw = fs.readFileSync(path.join(folder, name), 'utf8');
    const end = raw.indexOf('\n\n');
    const fields = Object.fromEntries(raw.slice(0, end).split('\n').map((line) => line.split(': ')).map(([key, ...rest]) => [key.toLowerCase(), rest.join(': ')]));
    return { name, ...fields, text: raw.slice(end + 2) };
  });
}

/* Asks for a code (row "GET /captcha/email" or mobile) and reads it from the outbox. */
async function codeFromOutbox(f, kind, address, more = {}) {
  const to = address.toLowerCase();
  const letters = () => outbox(f.server).filter((one) => one.to === to);
  const before = letters().length;
  await f.nobody.ok(`GET /captcha/${kind}`, { [kind]: address, ...more });
  return until(() => letters().length > before && codeIn(letters().pop().text), `a letter to ${to}`);
}

module.exports = { startSmtp, startReceiver, isSigned, outbox, codeIn, codeFromOutbox };
