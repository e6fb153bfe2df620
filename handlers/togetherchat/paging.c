/* Pages as togetherchat counts them (facts 1.4): from the last thing of the page before, by falling
 * number; one more than asked for is fetched, which tells whether this page is the last. */
#include <math.h>

#include "base/json.h"
#include "base/num.h"
#include "handlers/togetherchat/encode.h"
#include "handlers/togetherchat/togetherchat.h"

#define SIZE_DEFAULT 10
#define SIZE_MAX_ASKED 100

struct page_window togetherchat_window(struct req *rq, double cursor, int64_t page_size)
{
    struct page_window w = { .size = page_size };

    if (req_query(rq, "cursor") != NULL && req_query(rq, "cursor")[0] != '\0')
        w.before = cursor < 1 ? 1 : (int64_t)ceil(cursor);
    if (page_size == 0 && req_query(rq, "pageSize") == NULL)
        w.size = SIZE_DEFAULT;
    else if (page_size < 1)
        w.size = 1;
    else if (page_size > SIZE_MAX_ASKED)
        w.size = SIZE_MAX_ASKED;
    return w;
}

cJSON *togetherchat_cut(cJSON *list, int64_t size, const char *key)
{
    int count = cJSON_GetArraySize(list);
    bool is_last = count <= size;
    int64_t cursor = 0;

    if (!is_last)
        cJSON_DeleteItemFromArray(list, count - 1);
    count = cJSON_GetArraySize(list);
    if (count > 0)
        json_i64(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(list, count - 1), key), 1,
                 ID_MAX, &cursor);
    return togetherchat_page(list, cursor, is_last);
}
