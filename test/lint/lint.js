// The house rules that no compiler checks; each function below is one of them. Run by `make lint`.
// Prints FILE:LINE: SENTENCE for each breach and exits 1 if there is any; "warning" lines do not fail.
// Usage: node test/lint/lint.js [--root FOLDER] [--add-migrations]
// With --add-migrations it enters new migrations into db/migrations/SHA256SUMS instead, and never changes an old line.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const options = process.argv.slice(2);
process.chdir(options[0] === '--root' ? options.splice(0, 2)[1] : path.join(__dirname, '../..'));

let breaches = 0;
function breach(file, line, sentence) {
    console.log(`${file}:${line}: ${sentence}`);
    breaches++;
}
function warning(file, line, sentence) {
    console.log(`${file}:${line}: warning: ${sentence}`);
}

function walk(dir) {
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
        if (entry.name === 'node_modules') return [];
        const below = path.join(dir, entry.name);
        return entry.isDirectory() ? walk(below) : [below];
    });
}

const texts = new Map();
function read(file) {
    if (!texts.has(file)) texts.set(file, fs.readFileSync(file, 'utf8'));
    return texts.get(file);
}

// The same text with comments and string contents blanked, so that lines keep their numbers.
function codeOf(file) {
    const blank = (text) => text.replace(/[^\n]/g, ' ');
    return read(file).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (match) =>
        /^["']/.test(match) ? `""${blank(match.slice(2))}` : blank(match));
}

const product = ['app', 'db', 'handlers'].flatMap(walk).filter((file) => /\.[ch]$/.test(file));
const allC = [...product, ...walk('test').filter((file) => /\.[ch]$/.test(file))];

// ---- who may include whom ----

const LAYERS = ['base', 'conf', 'db', 'domain', 'http', 'handlers', 'top']; // ws and post stand beside http

function layerOf(file) {
    const match = /^app\/(base|domain|http|ws|post|civetweb|tools)\//.exec(file) || /^(db|handlers)\//.exec(file);
    if (match) return match[1];
    if (/^app\/conf\w*\.(c|h|def)$/.test(file)) return 'conf';
    return 'top';
}

function rank(layer) {
    return LAYERS.indexOf(layer === 'ws' || layer === 'post' ? 'http' : layer);
}

function resolveInclude(from, name) {
    if (name === 'queries.h') return 'db/queries.h'; // generated, but it is db's
    return [path.join('app', name), name, path.join(path.dirname(from), name)].find((file) => fs.existsSync(file));
}

const ONLY = [ // a foreign header and who may know it
    [/^cjson\/cJSON\.h$/, /^app\/base\/json\.|^app\/http\/|^handlers\//],
    [/^sqlite3\.h$/, /^db\//],
    [/^jwt\.h$/, /^app\/base\/crypto\w*\.c$/],
    [/^curl\//, /^app\/post\//],
    [/^qrencode\.h$/, /^app\/base\/qr\.c$/],
    [/^civetweb\.h$/, /^app\/server\.c$|^app\/civetweb\//],
];
const ONLY_OURS = [ // and a header of ours
    ['handlers/all.h', /^app\/main\.c$|^handlers\/all\.c$|^handlers\/site\/openapi\.c$/], // and what describes them all
    ['app/civetweb/engine.h', /^app\/server\.c$|^app\/civetweb\//],
];

function includeIsAllowed(file, target) {
    const from = layerOf(file), to = layerOf(target);
    const own = ONLY_OURS.find(([name]) => name === target);
    if (own) return own[1].test(file);
    if (from === to) return true;
    if (from === 'civetweb' || from === 'tools') return false;
    if (to === 'tools') return false;
    if (to === 'civetweb') return from === 'top';
    return rank(to) < rank(from);
}

function checkLayers() {
    for (const file of product) {
        read(file).split('\n').forEach((line, i) => {
            const match = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(line);
            if (!match) return;
            const only = ONLY.find(([header]) => header.test(match[2]));
            if (only && !only[1].test(file)) breach(file, i + 1, `${match[2]} may not be included here`);
            if (match[1] === '<' || only) return;
            const target = resolveInclude(file, match[2]);
            if (!target) {
                if (match[2] !== 'civetweb.c') breach(file, i + 1, `${match[2]} is not one of our headers: use <>`);
            } else if (!includeIsAllowed(file, target)) {
                breach(file, i + 1, `layer ${layerOf(file)} may not include ${target}`);
            }
        });
    }
}

// ---- how long ----

// Functions by our own layout: a body opens and closes with a brace in the first column.
function functionsOf(file) {
    const lines = codeOf(file).split('\n');
    const found = [];
    let open = -1;
    lines.forEach((line, i) => {
        if (line.startsWith('{')) open = i;
        if (!line.startsWith('}') || open < 0) return;
        let head = '';
        for (let j = open - 1; j >= 0 && !/^\s*$|^#|[;}]\s*$/.test(lines[j]); j--) head = `${lines[j]} ${head}`;
        const name = /(\w+)\s*\(/.exec(head.replace(/__attribute__\s*\(\(.*?\)\)/g, ''));
        if (name) found.push({ name: name[1], line: open, length: i - open + 1 });
        open = -1;
    });
    return found;
}

function readAllowed() {
    const allowed = new Map();
    if (!fs.existsSync('test/lint/length.allow')) return allowed;
    read('test/lint/length.allow').split('\n').forEach((line, i) => {
        if (line === '' || line.startsWith('#')) return;
        const match = /^(\S+:\w+)\s+(\S.*)$/.exec(line);
        if (match) allowed.set(match[1], { line: i + 1, used: false });
        else breach('test/lint/length.allow', i + 1, 'expected FILE:FUNCTION and a reason');
    });
    return allowed;
}

function checkLengths() {
    const allowed = readAllowed();
    for (const file of allC) {
        const inDialect = /^handlers\/[^/]+\//.test(file);
        const most = inDialect ? 40 : file.startsWith('test/') ? 100 : 60; // tests hold tables of cases
        for (const { name, line, length } of functionsOf(file)) {
            const exception = allowed.get(`${file}:${name}`);
            if (exception && length > most) exception.used = true;
            else if (length > most) breach(file, line, `${name} has ${length} lines; the limit here is ${most}`);
            else if (inDialect && length > 25) warning(file, line, `${name} has ${length} lines; aim for 25`);
        }
        const lines = read(file).split('\n').length - 1;
        if (lines > 800) breach(file, lines, 'the file has more than 800 lines; split it by subject');
    }
    for (const [key, { line, used }] of allowed) {
        if (!used) breach('test/lint/length.allow', line, `${key} needs no exception any more`);
    }
}

// ---- names and words ----

const FOREIGN = /^(cJSON|deflate|inflate|uInt|uLong|CURL|[an](Param|Coord)|rScore|eWithin|permittedSubtrees|dNSName|iPAddress|x(Create|Delete|Find|Tokenize))/; // what libraries call their things

function checkNames() {
    for (const file of allC) {
        codeOf(file).split('\n').forEach((line, i) => {
            for (const [name] of line.matchAll(/\b[a-z][a-z0-9]*[A-Z]\w*/g)) {
                if (!FOREIGN.test(name)) breach(file, i + 1, `${name}: names are lower_case`);
            }
            if (/\btypedef\s+(struct|union|enum)\b[^(]*$/.test(line)) breach(file, i + 1, 'write "struct noun", without a typedef');
        });
        if (!file.endsWith('.h') || file.startsWith('test/')) continue;
        const code = codeOf(file);
        for (const match of code.matchAll(/^[a-z][\w *]*?\b(\w+)\([^;{]*\)[^;{]*;/gm)) {
            const [, name] = match;
            const isModule = fs.existsSync(path.join(path.dirname(file), `${name}.c`)); // dispatch, migrate
            if (/^(typedef|return)\b/.test(match[0]) || isModule || name.startsWith('__')) continue;
            if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) {
                breach(file, code.slice(0, match.index).split('\n').length, `${name}: a public function is called noun_verb`);
            }
        }
    }
}

function checkWords() {
    const promise = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
    const files = ['app', 'db', 'handlers', 'www', 'test'].flatMap(walk)
        .filter((file) => /\.(c|h|def|js|mjs|css|html|sql|sh|md)$/.test(file));
    for (const file of files) {
        read(file).split('\n').forEach((line, i) => {
            if (promise.test(line)) breach(file, i + 1, `"${promise.exec(line)[0]}": finish it, or tell the reader what holds`);
        });
    }
}

// ---- one place only ----

function checkJwt() {
    const uses = product.flatMap((file) => [...codeOf(file).matchAll(/\bjwt_decode\s*\(/g)].map(() => file));
    if (uses.length > 1) breach(uses[1], 1, `jwt_decode is called in ${uses.join(' and ')}; tokens are verified in one place`);
}

function checkLocks() {
    for (const file of ['www/package-lock.json', 'test/package-lock.json'].filter(fs.existsSync)) {
        if (/"resolved"/.test(read(file))) breach(file, 1, 'a lock file names no registry: see .npmrc beside it');
    }
}

// ---- migrations never change ----

const SUMS = 'db/migrations/SHA256SUMS';

function migrationFiles() {
    return walk('db/migrations').filter((file) => file.endsWith('.sql')).map((file) => path.basename(file));
}

function sumOf(name) {
    return crypto.createHash('sha256').update(fs.readFileSync(`db/migrations/${name}`)).digest('hex');
}

function readSums() {
    if (!fs.existsSync(SUMS)) return new Map();
    return new Map(read(SUMS).trim().split('\n').filter(Boolean).map((line) => line.split('  ').reverse()));
}

function checkMigrations() {
    const sums = readSums();
    for (const name of migrationFiles()) {
        if (!sums.has(name)) breach(`db/migrations/${name}`, 1, 'is not in SHA256SUMS; enter it with `make migrations-sums`');
        else if (sums.get(name) !== sumOf(name)) {
            breach(`db/migrations/${name}`, 1, 'has changed, but stores out there have run it; write a new migration');
        }
    }
    const present = new Set(migrationFiles());
    for (const name of sums.keys()) if (!present.has(name)) breach(SUMS, 1, `${name} is gone, but stores out there have run it`);
}

function addMigrations() {
    const sums = readSums();
    for (const name of migrationFiles()) {
        if (sums.has(name)) continue;
        fs.appendFileSync(SUMS, `${sumOf(name)}  ${name}\n`);
        console.log(`entered ${name}`);
    }
}

// ---- tests that test ----

function checkTests() {
    for (const file of walk('test').filter((name) => /unit\/test_\w+\.c$|\.test\.js$/.test(name))) {
        const code = file.endsWith('.c') ? codeOf(file) : read(file);
        const asserts = file.endsWith('.c') ? /\b(assert_\w+|fail_msg|fail)\s*\(/ : /\bassert\b[\w.]*\(|\bexpect\w*\(/;
        const tests = file.endsWith('.c') ? /\bcmocka_run_group_tests\w*\s*\(/ : /\b(test|it)\s*\(/;
        if (!tests.test(code)) breach(file, 1, 'holds no test');
        else if (!asserts.test(code)) breach(file, 1, 'asserts nothing, so it cannot fail');
    }
    for (const file of walk('test/fuzz').filter((name) => /fuzz_\w+\.c$/.test(name))) {
        const corpus = path.join('test/fuzz/corpus', path.basename(file, '.c').replace('fuzz_', ''));
        if (walk(corpus).length === 0) breach(file, 1, `has no inputs in ${corpus}`);
    }
}

if (options[0] === '--add-migrations') {
    addMigrations();
} else {
    [checkLayers, checkLengths, checkNames, checkWords, checkJwt, checkLocks, checkMigrations, checkTests].forEach((check) => check());
    console.log(breaches === 0 ? 'lint: nothing to say' : `lint: ${breaches} to mend`);
    process.exitCode = breaches === 0 ? 0 : 1;
}
