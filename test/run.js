// Runs every test there is and ends with one line, "N passed, N failed". Found by wildcard, so a new test is never listed:
//   unit       build/FLAVOUR/unit/test_*           cmocka programs
//   fuzz       build/FLAVOUR/replay/fuzz_*         fuzz targets over their stored inputs
//   any other  test/NAME/*.test.js                 node:test files against a real ./chatd (environment: CHATD)
// A file called contract.test.js runs after all others: it judges the requests they recorded (environment: CONTRACT_LOG).
// Usage: node test/run.js [suite | file]...        All of it without arguments.
// A sanitizer's report anywhere fails the run, whatever the process that wrote it answered.
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.dirname(__dirname);
process.chdir(root);
const build = process.env.BUILD || 'build/release';
const AT_ONCE = 2;
const MINUTES = 10; // one program or file may take

const SANITIZER = /(ERROR|WARNING): \w*Sanitizer|SUMMARY: \w*Sanitizer|runtime error: /;

function list(dir, pattern) {
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir).filter((name) => pattern.test(name)).sort().map((name) => path.join(dir, name));
}

// ---- what there is to run: { name, command, args, read } ----

const readers = { tap: readTap, replay: readReplay };

function unitJob(source) {
    const name = path.basename(source, '.c');
    return { name: `unit/${name}`, command: path.join(build, 'unit', name), args: [], reader: 'tap' };
}

function fuzzJob(source) {
    const name = path.basename(source, '.c');
    const corpus = path.join('test/fuzz/corpus', name.replace(/^fuzz_/, ''));
    return { name: `fuzz/${name}`, command: path.join(build, 'replay', name), args: [corpus], reader: 'replay' };
}

function nodeJob(file) {
    const name = file.replace(/^test\//, '').replace(/\.test\.js$/, '');
    return { name, command: process.execPath, args: ['--test-reporter=tap', file], reader: 'tap' };
}

function suiteJobs(suite) {
    if (suite === 'unit') return list('test/unit', /^test_.*\.c$/).map(unitJob);
    if (suite === 'fuzz') return list('test/fuzz', /^fuzz_.*\.c$/).map(fuzzJob);
    return list(`test/${suite}`, /\.test\.js$/).map(nodeJob);
}

function allSuites() {
    const folders = fs.readdirSync('test', { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && list(`test/${entry.name}`, /\.test\.js$/).length > 0)
        .map((entry) => entry.name);
    return ['unit', 'fuzz', ...folders.filter((name) => name !== 'browser'), ...folders.filter((name) => name === 'browser')];
}

function findJobs(args) {
    if (args.length === 0) args = allSuites();
    return args.flatMap((arg) => {
        if (/unit\/test_\w+\.c$/.test(arg)) return [unitJob(arg)];
        if (/fuzz\/fuzz_\w+\.c$/.test(arg)) return [fuzzJob(arg)];
        if (arg.endsWith('.test.js')) return [nodeJob(path.normalize(arg))];
        if (/^\w+$/.test(arg)) return suiteJobs(arg);
        throw new Error(`run.js: ${arg} is neither a suite nor a test file`);
    });
}

// ---- reading results: { passed, failures: [{ name, text }], skipped: [name] }; a skipped test counts as nothing ----

const TAP_NOISE = /^ *(# Subtest|1\.\.\d+|---|\.\.\.|type:|duration_ms:|# (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) )/;

// TAP with nested subtests (node) or flat (cmocka). Only leaves count; a parent that failed by itself, say in a hook, does too.
function readTap(output) {
    const result = { passed: 0, failures: [], skipped: [] };
    const below = new Set(); // indents at which results stood since the parent's line
    let failure = null;
    for (const line of output.split('\n')) {
        const match = /^( *)(not )?ok \d+ ?-? ?(.*)$/.exec(line);
        if (!match) {
            if (failure && line.trim() !== '' && !TAP_NOISE.test(line)) {
                failure.text.push(line);
            }
            continue;
        }
        const indent = match[1].length;
        const isParent = below.has(indent + 4);
        const failed = match[2] !== undefined;
        below.delete(indent + 4);
        below.add(indent);
        failure = null;
        if (/# SKIP\b/.test(match[3]) || (!failed && /# [A-Z]{4}\b/.test(match[3]))) { // cmocka says "not ok 1 # SKIP name"
            result.skipped.push(match[3].replace(/# [A-Z]{4} ?/, ''));
        } else if (failed) {
            failure = { name: match[3], text: [] };
            result.failures.push(failure);
        } else if (!isParent) {
            result.passed++;
        }
    }
    for (const each of result.failures) each.text = each.text.join('\n');
    result.failures = result.failures.filter((each) => !each.text.includes("failureType: 'subtestsFailed'"));
    return result;
}

function readReplay(output) {
    const match = /^(\d+) inputs$/m.exec(output);
    return { passed: match ? Number(match[1]) : 0, failures: [], skipped: [] };
}

// ---- running ----

const reports = path.join(build, 'sanitizer');

function sanitizerEnvironment() {
    const log = `log_path=${path.join(root, reports, 'report')}`;
    return {
        ASAN_OPTIONS: `${log}:abort_on_error=0:detect_leaks=1:detect_stack_use_after_return=1`,
        UBSAN_OPTIONS: `${log}:print_stacktrace=1`,
        TSAN_OPTIONS: `${log}:suppressions=${path.join(root, 'test/tsan.supp')}:second_deadlock_stack=1`,
    };
}

const environment = {
    ...process.env,
    ...(process.env.SAN ? sanitizerEnvironment() : {}),
    CHATD: process.env.CHATD || path.join(root, 'chatd'),
    CONTRACT_LOG: path.join(root, build, 'contract'),
    CMOCKA_MESSAGE_OUTPUT: 'TAP',
};
delete environment.NODE_TEST_CONTEXT; // set under node --test; it would change what the children print

const running = new Set(); // process groups: a test's server must not outlive it

function killGroup(child) {
    try {
        process.kill(-child.pid, 'SIGKILL');
    } catch {
        // nobody is left
    }
}

process.on('SIGINT', () => {
    running.forEach(killGroup);
    process.exit(130);
});

function execute(job) {
    return new Promise((resolve) => {
        const started = Date.now();
        const output = [], errors = [];
        let fault = null;
        const child = spawn(job.command, job.args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
        const timers = [];
        const killAfter = (ms, why) => timers.push(setTimeout(() => {
            fault = why;
            killGroup(child);
        }, ms));
        const done = (status) => {
            timers.forEach(clearTimeout);
            running.delete(child);
            killGroup(child);
            resolve({
                output: Buffer.concat(output).toString(),
                errors: Buffer.concat(errors).toString(),
                status: fault || status,
                seconds: (Date.now() - started) / 1000,
            });
        };
        running.add(child);
        killAfter(MINUTES * 60000, `no end after ${MINUTES} minutes`);
        child.stdout.on('data', (data) => output.push(data));
        child.stderr.on('data', (data) => errors.push(data));
        child.on('error', (error) => done(error.message));
        child.on('exit', () => killAfter(5000, 'it left a process running'));
        child.on('close', (code, signal) => done(signal ? `killed by ${signal}` : code === 0 ? null : `exit status ${code}`));
    });
}

function tail(text, lines) {
    return text.trimEnd().split('\n').slice(-lines).join('\n');
}

// Every reason a job can fail, each counted once: failed tests, a bad end without one, nothing run, a sanitizer's report.
function judge(job, ran) {
    const result = readers[job.reader](ran.output);
    const fail = (name, text) => result.failures.push({ name, text });
    if (ran.status !== null && result.failures.length === 0) fail('the program itself', `${ran.status}\n${tail(ran.errors, 40)}`);
    else if (result.failures.length > 0 && ran.errors.trim() !== '') {
        result.failures[result.failures.length - 1].text += `\n--- stderr\n${tail(ran.errors, 20)}`;
    }
    if (result.passed === 0 && result.failures.length === 0) fail('the program itself', 'it ran no test');
    if (SANITIZER.test(ran.errors) || SANITIZER.test(ran.output)) fail('a sanitizer reported', tail(ran.errors, 60));
    return result;
}

const shown = new Set(); // one broken hook fails every test behind it with the same words

function explain(text) {
    const words = text.replace(/^ *location: .*$/gm, '');
    if (words === '') return '';
    if (shown.has(words)) return '(as above)';
    shown.add(words);
    return text;
}

function print(job, ran, result) {
    const verdict = result.failures.length === 0 ? 'ok  ' : 'FAIL';
    console.log(`${verdict} ${job.name} (${result.passed} passed, ${ran.seconds.toFixed(1)} s)`);
    for (const name of result.skipped) console.log(`     skipped: ${name}`);
    for (const failure of result.failures) {
        console.log(`     not ok: ${failure.name}`);
        const text = explain(failure.text);
        if (text) console.log(text.replace(/^/gm, '       '));
    }
}

function readReports() {
    return list(reports, /^report/).map((file) => ({ name: file, text: fs.readFileSync(file, 'utf8') }));
}

function emptyFolder(dir) {
    fs.rmSync(dir, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
}

// Runs jobs, AT_ONCE at a time, adding to total.
async function runAll(jobs, total) {
    const worker = async () => {
        for (let job = jobs.shift(); job; job = jobs.shift()) {
            const ran = await execute(job);
            const result = judge(job, ran);
            print(job, ran, result);
            total.passed += result.passed;
            total.failed += result.failures.length;
        }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, os.cpus().length) }, worker));
}

async function main() {
    const jobs = findJobs(process.argv.slice(2));
    const judges = jobs.filter((job) => /contract$/.test(job.name)); // they read what the others recorded
    const recorders = jobs.filter((job) => !judges.includes(job));
    const total = { passed: 0, failed: 0 };
    emptyFolder(reports);
    if (recorders.length > 0) emptyFolder(environment.CONTRACT_LOG);
    await runAll(recorders, total);
    await runAll(judges, total);

    for (const report of readReports()) {
        total.failed++;
        console.log(`FAIL a sanitizer reported, in ${report.name}\n${report.text.replace(/^/gm, '     ')}`);
    }
    console.log(`${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().catch((error) => {
    console.error(error.message);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
});
