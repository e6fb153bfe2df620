/* Letters as files in DATA_DIR/outbox/, for servers that cannot send any: whoever runs the server
 * reads the codes there. Only the newest are kept, so that nobody can fill the disk by asking. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "post/carrier.h"

#define FILES_MAX 1000

/* Written under another name first: whoever watches the folder never reads half a letter. */
static bool write_file(struct trip *t, const char *folder, const char *name, const struct buf *b)
{
    const char *half = arena_printf(t->arena, "%s/.%s.new", folder, name);
    int fd = open(half, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok;

    if (fd < 0)
        return false;
    ok = write(fd, b->data, b->len) == (ssize_t)b->len;
    ok = close(fd) == 0 && ok;
    if (ok && rename(half, arena_printf(t->arena, "%s/%s", folder, name)) == 0)
        return true;
    unlink(half);
    return false;
}

static int is_letter(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return len > 4 && str_eq(entry->d_name + len - 4, ".txt");
}

/* Names begin with the time, so the oldest come first. */
static void prune(struct trip *t, const char *folder)
{
    struct dirent **list;
    int count = scandir(folder, &list, is_letter, alphasort);

    for (int i = 0; i < count; i++) {
        if (i < count - FILES_MAX)
            unlink(arena_printf(t->arena, "%s/%s", folder, list[i]->d_name));
        free(list[i]);
    }
    if (count >= 0)
        free(list);
}

enum outcome folder_carry(struct trip *t)
{
    const char *folder = arena_printf(t->arena, "%s/outbox", t->conf->data_dir);
    const char *kind = t->letter->medium == BY_MAIL ? "mail" : "sms";
    const char *name = arena_printf(t->arena, "%013" PRId64 "-%s-%.8s.txt", t->now_ms, kind, t->id);
    struct buf b = buf_new(t->arena);

    buf_printf(&b, "To: %s\nPurpose: %s\n", t->letter->to, t->letter->purpose);
    if (t->letter->medium == BY_MAIL)
        buf_printf(&b, "Subject: %s\n", t->letter->subject);
    buf_printf(&b, "\n%s", t->letter->text);
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || !write_file(t, folder, name, &b)) {
        t->why = strerror(errno);
        return TRY_AGAIN;
    }
    prune(t, folder);
    return CARRIED;
}
