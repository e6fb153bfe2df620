// The dialogs over a conversation, by kind.

import { html } from "../lib/preact.js";
import { addStyle } from "../lib/style.js";
import { ForwardDialog } from "./forward.js";
import { PinsDialog } from "./pins.js";
import { ReadersDialog } from "./readers.js";
import { ToDateDialog } from "./to-date.js";

await addStyle("css/talk.css");

const KINDS = {
    forward: ForwardDialog, pins: PinsDialog, readers: ReadersDialog, date: ToDateDialog,
};

/** @param {{ kind: keyof typeof KINDS }} props  and what that kind needs */
export function Overlay(props) {
    const View = KINDS[props.kind];
    return html`<${View} ...${props} />`;
}
