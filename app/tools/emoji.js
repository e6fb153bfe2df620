// Cuts the emoji tables of emojibase-data down to what the picker shows: [emoji, group, words to find it by], in
// reading order. Usage: node emoji.js NODE_MODULES OUTPUT_DIR; writes en.json and zh.json there.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [from, to] = process.argv.slice(2);
const PARTS_OF_EMOJI = 2; // the group of skin tones and hair: nothing to send by itself

fs.mkdirSync(to, { recursive: true });
for (const language of ['en', 'zh']) {
    const all = JSON.parse(fs.readFileSync(path.join(from, 'emojibase-data', language, 'compact.json'), 'utf8'));
    const shown = all
        .filter(({ group }) => group !== undefined && group !== PARTS_OF_EMOJI)
        .sort((a, b) => a.order - b.order)
        .map(({ unicode, group, label, tags = [] }) => [unicode, group, [label, ...tags].join(' ')]);
    fs.writeFileSync(path.join(to, `${language}.json`), JSON.stringify(shown));
}
