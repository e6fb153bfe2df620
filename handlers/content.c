/* Message content in JSON; see content.h. */
#include "handlers/content.h"

#include <string.h>

#include "base/json.h"

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

const char *content_file_extra(struct arena *a, const struct file *file, const char *url)
{
    cJSON *extra = cJSON_CreateObject();

    cJSON_AddStringToObject(extra, "url", url);
    if (file->name[0] != '\0')
        cJSON_AddStringToObject(extra, "name", file->name);
    json_add_i64(extra, "size", file->size_bytes);
    return json_print(a, extra);
}
