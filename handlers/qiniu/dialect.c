/* Where Qiniu's upload protocol stands, and who calls. */
#include <string.h>
#include <strings.h>

#include "handlers/qiniu/qiniu.h"

/* A form carries its token in a field; all else in `Authorization: UpToken ...`. */
static enum err authenticate(struct req *rq)
{
    const char *header = req_in(rq, "Authorization");

    if (header == NULL || strncasecmp(header, "UpToken ", 8) != 0)
        return OK;
    return qiniu_token_accept(rq, header + 8);
}

static const struct section *const sections[] = { &qiniu_form_section, &qiniu_parts_section,
                                                  &qiniu_blocks_section };

const struct dialect qiniu_dialect = {
    .name = "qiniu",
    .mount = "/qiniu",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = authenticate,
    .envelope = qiniu_envelope,
    .is_everywhere = true,
};
