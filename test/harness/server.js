'use strict';
/* Starts a chatd of its own for a test file, on a free port with a data folder of its own, and judges how it ended:
 * a server that does not leave with 0 when asked to, or that printed a sanitizer report, fails the run. */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { SLOW, until, within } = require('./wait.js');

const REPO = path.resolve(__dirname, '../..');
const CHATD = process.env.CHATD || path.join(REPO, 'chatd');

const DEFAULTS = {
    listen: '127.0.0.1:0',
    password_cost: 4,
    captcha: 'off',
    rate_limits: 'off',
    max_sockets: 200,
    http_threads: 16,
};

/* Keys may stand in CHATD_* too, so a stray variable of the machine must not reach the server. CHATD itself names
 * the binary. */
function cleanEnv(extra = {}) {
    const env = {};
    for (const [name, value] of Object.entries(process.env)) if (!name.startsWith('CHATD_')) env[name] = value;
    return { ...env, ...extra };
}

const REPORT =
    /(AddressSanitizer|LeakSanitizer|ThreadSanitizer|MemorySanitizer|UndefinedBehaviorSanitizer|runtime error:)/;

/* The part of stderr that matters, for messages. */
const tail = (text) => text.split('\n').slice(-40).join('\n');

const leftovers = new Set();
process.on('exit', () => {
    for (const server of leftovers) server.abandon();
});
process.once('SIGTERM', () => process.exit(143)); /* a runner that loses patience: leave nothing behind either */

class Server {
    constructor(options) {
        this.options = options;
        this.ownsDir = !options.dataDir;
        this.dataDir = options.dataDir || fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-test-'));
        this.stderrAll = '';
    }

    args() {
        const set = { ...DEFAULTS, data_dir: this.dataDir, ...(this.options.set || {}) };
        const args = [...(this.options.args || [])];
        for (const [key, value] of Object.entries(set))
            for (const one of Array.isArray(value) ? value : [value]) args.push('-s', `${key}=${one}`);
        return args;
    }

    async start() {
        this.stdout = '';
        this.stderr = '';
        this.listeners = [];
        leftovers.add(this);
        this.child = spawn(CHATD, this.args(), {
            cwd: REPO,
            env: cleanEnv(this.options.env),
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.pid = this.child.pid;
        this.ended = new Promise((resolve) => {
            this.child.once('close', (code, signal) => resolve({ code, signal }));
            this.child.once('error', (error) => resolve({ code: null, signal: null, error }));
        });
        this.ended.then((how) => (this.how = how));
        this.how = null;
        this.child.stdout.setEncoding('utf8').on('data', (text) => (this.stdout += text));
        this.child.stderr.setEncoding('utf8').on('data', (text) => {
            this.stderr += text;
            this.stderrAll += text;
        });
        await until(() => /^ready$/m.test(this.stdout) || this.how, 'chatd to say ready', 20000 * SLOW);
        if (this.how) throw new Error(`chatd did not start (${JSON.stringify(this.how)}):\n${tail(this.stderr)}`);
        for (const match of this.stdout.matchAll(/^listening (\S+)(?: (\S+))?$/gm))
            this.listeners.push({ url: match[1], dialect: match[2] || '' });
        if (this.listeners.length === 0) throw new Error(`chatd named no listener:\n${this.stdout}`);
        this.url = this.listeners[0].url;
        this.wsUrl = this.url.replace(/^http/, 'ws');
        const at = new URL(this.url);
        this.host = at.hostname;
        this.port = Number(at.port);
        this.tls = at.protocol === 'https:';
        return this;
    }

    get running() {
        return this.child && !this.how;
    }

    /* Ends the process without a verdict on it; SIGKILL is how the crash tests do it. */
    async kill9() {
        if (this.running) this.child.kill('SIGKILL');
        await within(this.ended, 'a killed chatd to be gone');
        leftovers.delete(this);
        this.checkReports();
    }

    checkReports() {
        if (REPORT.test(this.stderr)) throw new Error(`chatd printed a sanitizer report:\n${tail(this.stderr)}`);
    }

    /* SIGTERM; the promise is an exit with 0 in less than 10 s (reliability.md P12). */
    async halt() {
        if (!this.child) return;
        this.child.kill('SIGTERM');
        const how = await within(this.ended, 'chatd to end after SIGTERM', 10000 * SLOW);
        leftovers.delete(this);
        this.checkReports();
        if (how.code !== 0) throw new Error(`chatd ended with ${JSON.stringify(how)}:\n${tail(this.stderr)}`);
    }

    async stop() {
        try {
            if (this.running) await this.halt();
            else if (this.child) this.checkReports();
        } finally {
            this.abandon();
        }
    }

    /* The same data folder, a new process, a new port. */
    async restart(set) {
        if (this.running) await this.halt();
        if (set) this.options.set = { ...this.options.set, ...set };
        return this.start();
    }

    abandon() {
        if (this.running) this.child.kill('SIGKILL');
        leftovers.delete(this);
        if (this.ownsDir) fs.rmSync(this.dataDir, { recursive: true, force: true });
    }

    /* What the kernel says: resident memory in kB, processor time in ms. */
    rssKb() {
        return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]);
    }

    cpuMs() {
        const stat = fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return (Number(fields[11]) + Number(fields[12])) * 10; /* clock ticks of 1/100 s */
    }
}

/* options: set {key: value or values}, env, args, dataDir (kept afterwards). */
async function startServer(options = {}) {
    const server = new Server(options);
    try {
        return await server.start();
    } catch (error) {
        server.abandon();
        throw error;
    }
}

/* Runs chatd to its end and tells how it went; for what is not a running server. */
async function runChatd(args, { env, timeoutMs = 20000 * SLOW } = {}) {
    const child = spawn(CHATD, args, { cwd: REPO, env: cleanEnv(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const ended = new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => resolve({ code, signal }));
    });
    try {
        const how = await within(ended, `chatd ${args.join(' ')} to end`, timeoutMs);
        if (REPORT.test(stderr)) throw new Error(`chatd printed a sanitizer report:\n${tail(stderr)}`);
        return { ...how, stdout, stderr };
    } finally {
        child.kill('SIGKILL');
    }
}

/* A data folder that outlives single servers; the caller's after() removes it. */
function tempDir() {
    return fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-test-'));
}

module.exports = { startServer, runChatd, tempDir, REPO, CHATD };
