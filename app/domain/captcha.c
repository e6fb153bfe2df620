/* Picture captchas; see captcha.h. */
#include "domain/captcha.h"

#include "base/str.h"
#include "db/sessions.h"

#define CAPTCHA_LIFE_MS (5 * INT64_C(60000))

enum err captcha_new(struct ctx *cx, const char *purpose, const char **key_r, const char **answer_r)
{
    enum err e = tx_begin(cx);

    *key_r = crypto_uuid(cx->arena);
    *answer_r = arena_printf(cx->arena, "%04u", (unsigned)crypto_random_below(10000));
    if (e == OK)
        e = db_captcha_insert(cx->conn, *key_r, purpose, *answer_r, ctx_now(cx) + CAPTCHA_LIFE_MS);
    return tx_end(cx, e);
}

enum err captcha_check(struct ctx *cx, const char *purpose, const char *key, const char *answer)
{
    const char *made_for = "", *right = "";
    int64_t expires_at_ms = 0;
    enum err e;

    if (!cx->sv->conf->captcha)
        return OK;
    if (key == NULL || answer == NULL)
        return ERR_CAPTCHA_EXPIRED;
    e = tx_begin(cx);
    if (e == OK)
        e = db_captcha_take(cx->conn, cx->arena, key, &made_for, &right, &expires_at_ms);
    e = tx_end(cx, e);
    if (e != OK)
        return e;
    if (expires_at_ms <= ctx_now(cx))
        return ERR_CAPTCHA_EXPIRED;
    return crypto_equal(right, answer) && str_eq(made_for, purpose) ? OK : ERR_BAD_CAPTCHA;
}

enum err captcha_expire(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_captcha_delete_expired(cx->conn, ctx_now(cx));
    return tx_end(cx, e);
}
