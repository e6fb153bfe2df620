/* See encode.h. */
#include "handlers/node/encode.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/num.h"

#define SHANGHAI_S (8 * 3600) /* no summer time since 1991 */

static void add_time(struct arena *a, cJSON *o, const char *key, int64_t at_ms)
{
    time_t at = (time_t)(at_ms / 1000 + SHANGHAI_S);
    struct tm tm;
    char *text = arena_alloc(a, 32);

    if (at_ms == 0 || gmtime_r(&at, &tm) == NULL ||
        strftime(text, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        cJSON_AddNullToObject(o, key);
    else
        cJSON_AddStringToObject(o, key, text);
}

cJSON *node_user(struct arena *a, const struct account *account)
{
    cJSON *o = cJSON_CreateObject();

    add_time(a, o, "lastLoginTime", account->user.last_login_at_ms);
    add_time(a, o, "passwordErrorLastTime", account->password_error_at_ms);
    json_add_i64(o, "passwordErrorNum", account->password_errors);
    add_time(a, o, "registerTime", account->user.created_at_ms);
    cJSON_AddBoolToObject(o, "status", account->user.enabled);
    cJSON_AddStringToObject(o, "username", account->user.username);
    return o;
}

/* ---- times in ---- */

/* year, month, day, hour, minute, second. */
struct clock_face {
    int64_t parts[6];
};

static bool is_real(const struct clock_face *face, int64_t offset_s, int64_t *second_ms_r)
{
    static const int64_t low[] = { 1970, 1, 1, 0, 0, 0 }, high[] = { 9999, 12, 31, 23, 59, 59 };
    const int64_t *p = face->parts;
    struct tm tm;
    time_t at;

    for (size_t i = 0; i < 6; i++)
        if (p[i] < low[i] || p[i] > high[i])
            return false;
    tm = (struct tm){ .tm_year = (int)p[0] - 1900,
                      .tm_mon = (int)p[1] - 1,
                      .tm_mday = (int)p[2],
                      .tm_hour = (int)p[3],
                      .tm_min = (int)p[4],
                      .tm_sec = (int)p[5] };
    at = timegm(&tm);
    *second_ms_r = ((int64_t)at - offset_s) * 1000;
    return tm.tm_mday == p[2]; /* the 31st of February is another day by now */
}

/* count digits at *text, which moves behind them. */
static bool take_digits(const char **text, size_t count, int64_t *value_r)
{
    *value_r = 0;
    for (size_t i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *value_r = *value_r * 10 + (**text - '0');
    }
    return true;
}

/* "", "Z" or "+08:00", behind a fraction of a second or not. */
static bool take_offset(const char *text, int64_t *offset_s_r)
{
    int64_t hours, minutes;
    const char *p;

    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    p = text + 1;
    *offset_s_r = SHANGHAI_S;
    if (*text == '\0')
        return true;
    *offset_s_r = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || !take_digits(&p, 2, &hours) || *p++ != ':' ||
        !take_digits(&p, 2, &minutes) || *p != '\0')
        return false;
    *offset_s_r = (hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
    return true;
}

static bool time_of_text(const char *text, int64_t *second_ms_r)
{
    static const char before[] = { 0, '-', '-', ' ', ':', ':' };
    struct clock_face face;
    int64_t offset_s;

    for (size_t i = 0; i < 6; i++) {
        if (i > 0 && *text != before[i] && !(i == 3 && *text == 'T'))
            return false;
        text += i > 0;
        if (!take_digits(&text, i == 0 ? 4 : 2, &face.parts[i]))
            return false;
    }
    return take_offset(text, &offset_s) && is_real(&face, offset_s, second_ms_r);
}

static bool time_of_array(const cJSON *array, int64_t *second_ms_r)
{
    struct clock_face face = { { 0 } };
    int count = cJSON_GetArraySize(array);

    if (count < 5 || count > 7) /* whole minutes come without their seconds */
        return false;
    for (int i = 0; i < count && i < 6; i++)
        if (!json_i64(cJSON_GetArrayItem(array, i), 0, 9999, &face.parts[i]))
            return false;
    return is_real(&face, SHANGHAI_S, second_ms_r);
}

bool node_time(const cJSON *node, int64_t *second_ms_r)
{
    if (cJSON_IsArray(node))
        return time_of_array(node, second_ms_r);
    return cJSON_IsString(node) && time_of_text(node->valuestring, second_ms_r);
}
