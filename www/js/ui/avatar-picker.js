// A new picture for a person or a group: chosen, cut square, made small, uploaded.

import { t } from "../lib/i18n.js";
import { upload } from "../lib/upload.js";
import { toast, toastError } from "../store/toasts.js";

const SIDE = 512;

async function square(file) {
    const bitmap = await createImageBitmap(file);
    const side = Math.min(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.min(SIDE, side);
    canvas.getContext("2d").drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2,
        side, side, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.88));
}

/** @param {(address: string) => Promise<any>} onDone  gets the address of the uploaded picture */
export function pickAvatar(onDone) {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", accept: "image/*", hidden: true });
    document.body.append(input);
    input.onchange = async () => {
        input.remove();
        try {
            const blob = await square(input.files[0]);
            await onDone(await upload(blob, { name: "avatar.jpg" }));
        } catch (error) {
            if (typeof error.isTemporary === "boolean") toastError(error);
            else toast(t("avatar.failed"), { isError: true });
        }
    };
    input.click();
}
