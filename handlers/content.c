/* Message content in JSON; see content.h. */
#include "handlers/content.h"

#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "base/str.h"

#define URL_BYTES_MAX 2048

enum err content_check_extra(const char *extra)
{
    enum err e = OK;
    cJSON *tree;

    if (extra == NULL || extra[0] == '\0')
        return OK;
    tree = json_parse(extra, strlen(extra), &e);
    if (e == ERR_BAD_REQUEST || (tree != NULL && !cJSON_IsObject(tree)))
        e = ERR_BAD_FIELD;
    cJSON_Delete(tree);
    return e;
}

static const char *text_in(struct arena *a, const cJSON *o, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));

    return text != NULL ? arena_strdup(a, text) : "";
}

static int64_t number_in(const cJSON *o, const char *key)
{
    int64_t value = 0;

    json_i64(cJSON_GetObjectItemCaseSensitive(o, key), 0, ID_MAX, &value);
    return value;
}

void content_read_attachment(struct arena *a, const char *body, const char *extra,
                             struct attachment *file_r)
{
    enum err e;
    cJSON *o = extra[0] != '\0' ? json_parse(extra, strlen(extra), &e) : NULL;

    *file_r = (struct attachment){ .url = text_in(a, o, "url"),
                                   .name = text_in(a, o, "name"),
                                   .caption = text_in(a, o, "caption"),
                                   .size_bytes = number_in(o, "size"),
                                   .width = number_in(o, "width"),
                                   .height = number_in(o, "height"),
                                   .duration_ms = number_in(o, "duration") };
    if (file_r->url[0] == '\0')
        file_r->url = body;
    cJSON_Delete(o);
}

const char *content_write_attachment(struct arena *a, const struct attachment *file)
{
    const struct {
        const char *key;
        const char *text;
        int64_t number;
    } keys[] = { { "name", file->name, 0 },
                 { "size", NULL, file->size_bytes },
                 { "width", NULL, file->width },
                 { "height", NULL, file->height },
                 { "duration", NULL, file->duration_ms },
                 { "caption", file->caption, 0 } };
    cJSON *o = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (str_or_empty(keys[i].text)[0] != '\0')
            cJSON_AddStringToObject(o, keys[i].key, keys[i].text);
        if (keys[i].number != 0)
            json_add_i64(o, keys[i].key, keys[i].number);
    }
    return json_print(a, o);
}

const char *content_with_caption(struct arena *a, const char *extra, const char *caption)
{
    enum err e;
    cJSON *o = extra[0] != '\0' ? json_parse(extra, strlen(extra), &e) : NULL;

    if (o == NULL)
        o = cJSON_CreateObject();
    cJSON_DeleteItemFromObjectCaseSensitive(o, "caption");
    cJSON_AddStringToObject(o, "caption", caption);
    return json_print(a, o);
}

bool content_is_url(const char *text)
{
    bool is_link = str_starts(text, "https://") || str_starts(text, "http://") ||
                   (text[0] == '/' && text[1] != '/');

    return is_link && strlen(text) <= URL_BYTES_MAX && !str_has_control(text);
}
