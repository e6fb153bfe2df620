/* Any bytes as a request body. What the gate lets through cJSON must read in full, and what it then
 * prints must pass the gate again and mean the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "base/str.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void walk(const cJSON *node, int depth, int *nodes)
{
    const cJSON *child;
    int64_t value = 0;

    (*nodes)++;
    require(depth <= JSON_DEPTH_MAX);
    if (node->string != NULL)
        require(utf8_valid(node->string, strlen(node->string)));
    if (cJSON_IsString(node))
        require(utf8_valid(node->valuestring, strlen(node->valuestring)));
    if (json_i64(node, -ID_MAX, ID_MAX, &value))
        require(value >= -ID_MAX && value <= ID_MAX);
    cJSON_ArrayForEach(child, node)
        walk(child, depth + (child->child != NULL), nodes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    enum err checked = json_check(text, size), parsed = ERR_INTERNAL, again = ERR_INTERNAL;
    cJSON *root = json_parse(text, size, &parsed);
    int nodes = 0;

    require((root != NULL) == (parsed == OK));
    if (root == NULL) {
        require(parsed == checked || (checked == OK && parsed == ERR_BAD_REQUEST));
        return 0;
    }
    require(checked == OK);
    walk(root, root->child != NULL, &nodes);
    require(nodes <= JSON_NODES_MAX);

    char *first = cJSON_PrintUnformatted(root);
    require(first != NULL);
    cJSON *copy = json_parse(first, strlen(first), &again);
    require(copy != NULL);
    char *second = cJSON_PrintUnformatted(copy);
    require(second != NULL && strcmp(first, second) == 0);
    free(first);
    free(second);
    cJSON_Delete(copy);
    cJSON_Delete(root);
    return 0;
}
