/* See code.h. */
#include "domain/code.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "db/codes.h"
#include "domain/address.h"
#include "domain/setup.h"
#include "domain/throttle.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define CODE_TRIES 5
#define SENDS_PER_HOUR 5

/* How many digits, and for how long. */
struct form {
    int digits;
    int64_t minutes;
};
static const struct form usual = { 5, 5 };
static const struct form brief = { 4, 10 };

/* Somebody else pays for what is sent, so a stranger gets few and all together get what a busy site
 * needs. The limits of one address stand in the store: they outlive a restart. */
static const struct limit_rule send_private = { "code-peer", 100, 36000 };
static const struct limit_rule send_public = { "code-peer", 10, 120000 };
static const struct limit_rule send_all = { "code-all", 300, 2000 };
/* Five tries are for one code; this is for who tries many addresses. */
static const struct limit_rule try_private = { "code-try", 200, 500 };
static const struct limit_rule try_public = { "code-try", 30, 2000 };

/* There are at most 100,000 codes, so a plain hash would be no secret to who reads the store; the key
 * is not in it. */
static const char *hash_of(struct ctx *cx, enum medium medium, const char *address,
                           const char *code)
{
    const char *text = arena_printf(cx->arena, "code:%d:%s:%s", (int)medium, address, code);
    uint8_t hash[32];

    crypto_hmac_sha256(cx->sv->jwt_key, JWT_KEY_BYTES, text, strlen(text), hash);
    return hex_encode(cx->arena, hash, sizeof hash);
}

/* May the address get one more? Inside the transaction: of twenty at once, one may. */
static enum err check_address_limit(struct ctx *cx, enum medium medium, const char *address)
{
    int64_t now_ms = ctx_now(cx), count, first_ms, last_ms, free_ms = 0;
    enum err e;

    if (!cx->sv->conf->rate_limits)
        return OK;
    e = db_code_sends(cx->conn, medium, address, now_ms - HOUR_MS, &count, &first_ms, &last_ms);
    if (e != OK || count == 0)
        return e;
    free_ms = last_ms + MINUTE_MS;
    if (count >= SENDS_PER_HOUR && first_ms + HOUR_MS > free_ms)
        free_ms = first_ms + HOUR_MS;
    if (free_ms <= now_ms)
        return OK;
    cx->retry_after_ms = free_ms - now_ms;
    return ERR_RATE_LIMITED;
}

static enum err store(struct ctx *cx, const struct code *row)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = check_address_limit(cx, (enum medium)row->medium, row->address);
    if (e == OK)
        e = throttle_take(cx, &send_all, "");
    if (e == OK)
        e = db_code_put(cx->conn, row);
    if (e == OK)
        e = db_code_send_note(cx->conn, row->medium, row->address, ctx_now(cx));
    return tx_end(cx, e);
}

static struct letter word_letter(struct ctx *cx, const struct code *row, const struct form *form,
                                 const char *code, const char *site)
{
    int minutes = (int)form->minutes;

    return (struct letter){
        .medium = (enum medium)row->medium,
        .to = row->address,
        .purpose = row->purpose[0] != '\0' ? row->purpose : "code",
        .site = site,
        .subject = arena_printf(cx->arena, "%s 验证码 / verification code", site),
        .text = arena_printf(cx->arena,
                             "【%s】验证码：%s，%d分钟内有效，请勿告诉他人。\n"
                             "Your code is %s. It is valid for %d minutes; give it to nobody.\n",
                             site, code, minutes, code, minutes),
        .useless_at_ms = row->expires_at_ms,
    };
}

static const char *pick_code(struct arena *a, const struct form *form)
{
    uint32_t bound = 1;

    for (int i = 0; i < form->digits; i++)
        bound *= 10;
    return arena_printf(a, "%0*u", form->digits, (unsigned)crypto_random_below(bound));
}

static enum err send(struct ctx *cx, enum medium medium, const char *address, const char *purpose,
                     const struct form *form, const char *code)
{
    struct code row = { .medium = medium,
                        .purpose = purpose,
                        .tries_left = CODE_TRIES,
                        .expires_at_ms = ctx_now(cx) + form->minutes * MINUTE_MS };
    const char *site;
    struct letter letter;
    enum err e = address_normalise(cx->arena, medium, address, &row.address);

    if (e == OK)
        e = throttle_peer(cx, &send_private, &send_public);
    if (e == OK)
        e = site_name(cx, &site);
    if (e != OK)
        return e;
    row.hash = hash_of(cx, medium, row.address, code);
    e = store(cx, &row);
    if (e != OK)
        return e;
    letter = word_letter(cx, &row, form, code, site);
    return cx->sv->send_letter(cx->sv->post, &letter);
}

enum err code_send(struct ctx *cx, enum medium medium, const char *address, const char *purpose)
{
    return send(cx, medium, address, purpose, &usual, pick_code(cx->arena, &usual));
}

enum err code_send_brief(struct ctx *cx, enum medium medium, const char *address,
                         const char *purpose, const char **code_r)
{
    *code_r = pick_code(cx->arena, &brief);
    return send(cx, medium, address, purpose, &brief, *code_r);
}

static bool is_alive(const struct ctx *cx, const struct code *row)
{
    return row->tries_left > 0 && row->expires_at_ms > ctx_now(cx);
}

/* Inside the transaction; a wrong try is no failure of it. */
static enum err try_code(struct ctx *cx, const struct code *row, const char *purpose,
                         const char *hash, enum err *verdict_r)
{
    bool fits = row->purpose[0] == '\0' || str_eq(row->purpose, purpose);

    *verdict_r = ERR_CAPTCHA_EXPIRED;
    if (!is_alive(cx, row))
        return OK;
    if (!crypto_equal(row->hash, hash) || !fits) {
        *verdict_r = ERR_BAD_CAPTCHA;
        return db_code_miss(cx->conn, row->medium, row->address);
    }
    *verdict_r = OK;
    return db_code_delete(cx->conn, row->medium, row->address);
}

enum err code_check(struct ctx *cx, enum medium medium, const char *address, const char *purpose,
                    const char *code)
{
    struct code row;
    enum err e = address_normalise(cx->arena, medium, address, &address), verdict = OK;

    if (e == OK)
        e = throttle_peer(cx, &try_private, &try_public);
    if (e == OK) /* without a code there is nothing to write */
        e = db_code_find(ctx_db(cx), cx->arena, medium, address, &row);
    if (e == OK)
        e = tx_begin(cx);
    if (e != OK)
        return e;
    e = db_code_find(cx->conn, cx->arena, medium, address, &row);
    if (e == OK)
        e = try_code(cx, &row, purpose, hash_of(cx, medium, address, code), &verdict);
    e = tx_end(cx, e);
    return e == OK ? verdict : e;
}

enum err code_expire(struct ctx *cx)
{
    int64_t now_ms = ctx_now(cx);
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_code_delete_old(cx->conn, now_ms, now_ms - HOUR_MS);
    return tx_end(cx, e);
}
