// The web client as text: types, words in every language, and what no module may do or weigh.
'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const root = path.resolve(__dirname, '../..');
const www = path.join(root, 'www');
const FIRST_PAINT_BYTES = 120 * 1024;
const MODULE_LINES = 500;

function walk(dir) {
    return fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(dir, entry.name);
        if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(full);
        return [full];
    });
}

const modules = walk(path.join(www, 'js')).filter((file) => file.endsWith('.js'));
const textOf = (file) => fs.readFileSync(file, 'utf8');
const nameOf = (file) => path.relative(root, file);
const locale = (name) => JSON.parse(textOf(path.join(www, 'locales', `${name}.json`)));
const words = (tag) => ({ ...locale(tag), ...locale(`${tag}.more`) });
const valuesIn = (text) => [...new Set(text.match(/\{\w+\}/g) || [])].sort();

test('types hold', () => {
    const tsc = path.join(root, 'test/node_modules/typescript/bin/tsc');
    const ended = spawnSync(process.execPath, [tsc, '-p', path.join(__dirname, 'types/tsconfig.json')], { encoding: 'utf8' });
    assert.equal(ended.status, 0, ended.stdout);
});

test('both languages have the same words with the same values', () => {
    const [en, zh] = [words('en'), words('zh-CN')];
    assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
    for (const key of Object.keys(en)) {
        assert.ok(en[key].trim() && zh[key].trim(), key);
        // A count is told by the form of the word in some languages.
        const [a, b] = [en[key], zh[key]].map((text) => valuesIn(text).filter((value) => value !== '{count}'));
        assert.deepEqual(a, b, key);
    }
});

test('every word asked for by name is there', () => {
    const en = words('en');
    const missing = [];
    for (const file of modules) {
        for (const [, plural, key] of textOf(file).matchAll(/\bt(n?)\(\s*"([\w.]+)"/g)) {
            const wanted = plural ? `${key}.other` : key;
            if (!(wanted in en)) missing.push(`${nameOf(file)}: ${wanted}`);
        }
    }
    assert.deepEqual(missing, []);
});

/* A first paint reads one file of words: those its modules name, and whatever begins as they put names together. */
test('the words of the first paint are those its modules may say', () => {
    const text = eager().map(textOf).join('');
    const named = new Set([...text.matchAll(/"(\w+(?:\.\w+)+)"/g)].map((match) => match[1]));
    const begun = [...text.matchAll(/`(\w+\.(?:\w+\.)*)\$\{/g)].map((match) => match[1]);
    const isSaid = (key) => named.has(key) || named.has(key.replace(/\.(?:one|other)$/, '')) || begun.some((start) => key.startsWith(start));
    for (const tag of ['en', 'zh-CN']) {
        assert.deepEqual(Object.keys(locale(tag)).filter((key) => !isSaid(key)), [], `${tag}.json: for ${tag}.more.json`);
        assert.deepEqual(Object.keys(locale(`${tag}.more`)).filter(isSaid), [], `${tag}.more.json: for ${tag}.json`);
    }
});

test('no module turns text into markup, and none is long', () => {
    for (const file of modules) {
        const text = textOf(file);
        assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, nameOf(file));
        assert.ok(text.split('\n').length <= MODULE_LINES, `${nameOf(file)} has more than ${MODULE_LINES} lines`);
    }
});

test('what the first paint needs is small', () => {
    const page = textOf(path.join(www, 'index.html'));
    const vendored = new Map(
        textOf(path.join(www, 'vendor.list'))
            .split('\n')
            .filter(Boolean)
            .map((line) => line.split(' '))
            .map(([file, url]) => [url.slice(1), path.join('node_modules', file)]),
    );
    const named = [...page.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => match[1]);
    const files = [...new Set(named), 'index.html', 'locales/zh-CN.json'];
    const bytes = files.map((file) => zlib.gzipSync(fs.readFileSync(path.join(www, vendored.get(file) || file)), { level: 9 }).length);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    assert.ok(total < FIRST_PAINT_BYTES, `${total} bytes`);
    console.log(`first paint: ${total} bytes gzip in ${files.length} files`);
});

/* The modules the page loads before anything is clicked. */
function eager() {
    const seen = new Set();
    const visit = (file) => {
        if (seen.has(file)) return;
        seen.add(file);
        for (const [, target] of textOf(file).matchAll(/(?:^|\n)\s*(?:import|export)\b[^"';]*?(?:from\s*)?"(\.[^"]+)"/g)) {
            const next = path.resolve(path.dirname(file), target);
            if (fs.existsSync(next)) visit(next);
        }
    };
    visit(path.join(www, 'js/main.js'));
    return [...seen];
}

test('the page names every module it loads before anything is clicked', () => {
    const page = textOf(path.join(www, 'index.html'));
    const missing = eager().map((file) => path.relative(www, file)).filter((name) => !page.includes(`"${name}"`));
    assert.deepEqual(missing, []);
});
