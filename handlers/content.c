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
