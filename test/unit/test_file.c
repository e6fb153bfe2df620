/* Uploaded files: sums, types and names, quota, parts, and that bytes and rows agree whatever
 * fails. */
#include "test/unit/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/str.h"
#include "domain/file.h"
#include "domain/file_type.h"

#define MIB (INT64_C(1) << 20)

static char folder[64];

static int setup(void **state)
{
    static const uint8_t seed[DEPOT_SEED_BYTES] = { 1, 2, 3 };
    struct fixture *f;
    char *error = NULL;

    fixture_setup(state);
    f = *state;
    snprintf(folder, sizeof folder, "/tmp/chatd-test-file-XXXXXX");
    assert_non_null(mkdtemp(folder));
    f->conf->data_dir = folder;
    f->conf->upload_disk_floor_percent = 0;
    f->conf->upload_file_bytes = 6 * MIB;
    f->conf->upload_user_bytes = 10 * MIB;
    f->sv.depot = depot_new(f->conf, seed, &error);
    if (f->sv.depot == NULL)
        fail_msg("%s", error);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];

    depot_free(f->sv.depot);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    return fixture_teardown(state);
}
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Files in a folder below the data folder, with those in its shelves. */
static int count_in(const char *name)
{
    char path[512];
    struct dirent *entry;
    struct stat st;
    int count = 0;
    DIR *dir;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        assert_int_equal(fstatat(dirfd(dir), entry->d_name, &st, 0), 0);
        count += S_ISDIR(st.st_mode) ? count_in(path) : 1;
    }
    closedir(dir);
    return count;
}

static struct spool *spooled(struct ctx *cx, const void *data, size_t len)
{
    struct spool *spool;

    assert_int_equal(spool_new(cx, (int64_t)len, cx->sv->conf->upload_file_bytes, true, &spool),
                     OK);
    assert_int_equal(spool_write(spool, data, len), OK);
    spool_end(spool);
    return spool;
}

static enum err store(struct ctx *cx, const void *data, size_t len, const char *name,
                      struct file *file_r)
{
    struct spool *spool = spooled(cx, data, len);
    enum err e = file_store(cx, spool, name, file_r);

    spool_drop(spool);
    return e;
}

static enum err put(struct ctx *cx, const char *id, int64_t number, const char *text,
                    struct upload_part *part_r)
{
    struct spool *spool = spooled(cx, text, strlen(text));
    enum err e = upload_put(cx, id, number, spool, part_r);

    spool_drop(spool);
    return e;
}

static void assert_content(struct ctx *cx, const char *key, const char *text)
{
    struct file file;
    char bytes[256] = "";
    int fd;

    assert_int_equal(file_open(cx, key, &file, &fd), OK);
    assert_int_equal(read(fd, bytes, sizeof bytes - 1), strlen(text));
    assert_string_equal(bytes, text);
    close(fd);
}

/* ---- sums ---- */

static struct sums sums_of(const char *piece, size_t len, int times)
{
    struct digest *d = digest_new(true);
    struct sums sums;

    for (int i = 0; i < times; i++)
        digest_add(d, piece, len);
    digest_end(d, &sums);
    digest_free(d);
    return sums;
}

static void test_sums(void **state)
{
    static char zeros[1 << 20];

    (void)state;
    assert_string_equal(sums_of("", 0, 1).qetag, "Fto5o-5ea0sNMlW_75VgGJCv2AcJ");
    assert_string_equal(sums_of("etag", 4, 1).qetag, "FpLiADEaVoALPkdb8tJEJyRTXoe_");
    assert_string_equal(sums_of("e", 0, 9).qetag, "Fto5o-5ea0sNMlW_75VgGJCv2AcJ");
    assert_string_equal(sums_of("abc", 3, 1).md5, "900150983cd24fb0d6963f7d28e17f72");
    assert_int_equal(sums_of("123456789", 9, 1).crc32, 0xCBF43926);
    /* sha1 of 4 MiB of zeros is 2bccbd2f38f15c13eb7d5a89fd9d85f595e23bc3: still one block. */
    assert_string_equal(sums_of(zeros, sizeof zeros, 4).qetag, "FivMvS848VwT631aif2dhfWV4jvD");
    assert_int_equal(sums_of(zeros, sizeof zeros, 5).qetag[0], 'l');
}

static void test_base64url(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[64];
    size_t len;

    for (size_t n = 0; n < sizeof bytes; n++) {
        char *text, *back;
        bytes[n] = (uint8_t)(n * 251 + 7);
        text = base64url_encode(f->arena, bytes, n);
        back = base64url_decode(f->arena, text, &len);
        assert_int_equal(len, n);
        assert_memory_equal(back, bytes, n);
    }
    for (const char *const *bad =
             (const char *const[]){ "a", "a+b=", "ab/=", "ab===", "=a", "a b", "abc=d", NULL };
         *bad != NULL; bad++)
        assert_null(base64url_decode(f->arena, *bad, &len));
    /* RFC 2202, case 2 */
    assert_string_equal(digest_sign(f->arena, "Jefe", "what do ya want for nothing?"),
                        "7_zfauXrL6LSdBbV8YTfnCWafHk=");
}

/* ---- types and names ---- */

static const char *media_of(const char *head, size_t len)
{
    return file_type_of(head, len).media;
}

static void test_types(void **state)
{
    static const char png[] = "\x89PNG\r\n\x1a\n";

    (void)state;
    assert_string_equal(media_of(png, 8), "image/png");
    assert_string_equal(media_of(png, 7), FILE_TYPE_UNKNOWN);
    assert_string_equal(media_of("", 0), FILE_TYPE_UNKNOWN);
    assert_string_equal(media_of("RIFFxxxxWEBP", 12), "image/webp");
    assert_string_equal(media_of("RIFFxxxxWAVE", 12), "audio/wav");
    assert_string_equal(media_of("RIFFxxxxWEB", 11), FILE_TYPE_UNKNOWN);
    assert_string_equal(media_of("\0\0\0\x18"
                                 "ftypisom",
                                 12),
                        "video/mp4");
    assert_string_equal(media_of("\x1a\x45\xdf\xa3 matroska", 13), FILE_TYPE_UNKNOWN);
    assert_string_equal(media_of("<svg xmlns=", 11), FILE_TYPE_UNKNOWN);
    assert_string_equal(media_of("%PDF-1.7", 8), FILE_TYPE_UNKNOWN);
}

static void test_extensions(void **state)
{
    static const char *const cases[][2] = {
        { "a.TXT", ".txt" },   { "a.tar.gz", ".gz" },
        { "a", "" },           { "a.", "" },
        { ".bashrc", "" },     { "a.svg", "" },
        { "a.HtMl", "" },      { "a.p/../x", "" },
        { "a.\xc3\xbc", "" },  { "a.12345678", ".12345678" },
        { "a.123456789", "" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(file_extension_of(f->arena, cases[i][0]), cases[i][1]);
}

/* ---- whole files ---- */

static void test_store_and_open(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, alice), nobody = as(f, 0);
    struct file file;
    int fd;

    assert_int_equal(store(&cx, "hello", 5,
                           "C:\\tmp\\..\\n\x01"
                           "ame.txt",
                           &file),
                     OK);
    assert_string_equal(file.name, "n_ame.txt");
    assert_string_equal(file.type, FILE_TYPE_UNKNOWN);
    assert_string_equal(file.key + 32, ".txt");
    assert_int_equal(file.size_bytes, 5);
    assert_content(&nobody, file.key, "hello");
    assert_int_equal(file_open(&nobody, "short", &file, &fd), ERR_NO_FILE);
    assert_int_equal(file_open(&nobody, "00000000000000000000000000000000", &file, &fd),
                     ERR_NO_FILE);
    assert_int_equal(count_in("tmp"), 0);
    assert_int_equal(count_in("files"), 1);
}

/* A name is cut between characters. */
static void test_long_name(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, person(f, "alice"));
    char name[400];
    struct file file;

    for (size_t i = 0; i + 3 < sizeof name; i += 3)
        memcpy(name + i, "\xe5\x90\x8d", 4);
    assert_int_equal(store(&cx, "x", 1, name, &file), OK);
    assert_int_equal(strlen(file.name), 255);
    assert_true(utf8_valid(file.name, 255));
    assert_int_equal(store(&cx, "x", 1, "\xff", &file), OK);
    assert_string_equal(file.name, "");
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, alice);
    char *big = calloc(1, 6 * MIB);
    struct spool *spool, *others[32];
    struct file file;
    int count = 0;

    assert_non_null(big);
    assert_int_equal(spool_new(&cx, 6 * MIB + 1, 6 * MIB, false, &spool), ERR_TOO_LARGE);
    assert_int_equal(spool_new(&cx, 0, 3, false, &spool), OK);
    assert_int_equal(spool_write(spool, "abc", 3), OK);
    assert_int_equal(spool_write(spool, "d", 1), ERR_TOO_LARGE);
    spool_drop(spool);
    assert_int_equal(store(&cx, big, 6 * MIB, "a", &file), OK);
    assert_int_equal(store(&cx, big, 4 * MIB + 1, "a", &file), ERR_QUOTA);
    assert_int_equal(store(&cx, big, 4 * MIB, "a", &file), OK);
    assert_int_equal(store(&cx, "x", 1, "a", &file), ERR_QUOTA);
    assert_int_equal(count_in("files"), 2);
    while (count < 32 && spool_new(&cx, 0, 3, false, &others[count]) == OK)
        count++;
    assert_int_equal(count, 8);
    while (count > 0)
        spool_drop(others[--count]);
    assert_int_equal(spool_new(&cx, 0, 3, false, &spool), OK);
    spool_drop(spool);
    f->conf->upload_disk_floor_percent = 100;
    assert_int_equal(spool_new(&cx, 1, 3, false, &spool), ERR_STORAGE_FULL);
    assert_int_equal(count_in("tmp"), 0);
    free(big);
}

static void test_who(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, USER_ID_FIRST + 99);
    struct upload upload;
    struct file file;

    assert_int_equal(uploader_check(&cx), ERR_NO_ACCOUNT);
    assert_int_equal(store(&cx, "x", 1, "a", &file), ERR_NO_ACCOUNT);
    assert_int_equal(upload_begin(&cx, &upload), ERR_NO_ACCOUNT);
    assert_int_equal(count_in("files"), 0);
}

/* ---- parts ---- */

static void test_parts(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, person(f, "alice")), bob = as(f, person(f, "bob"));
    struct upload upload;
    struct upload_part one, two, part, *list;
    struct file file, again;
    size_t count;

    assert_int_equal(upload_begin(&cx, &upload), OK);
    assert_int_equal(put(&cx, upload.id, 2, "world", &two), OK);
    assert_int_equal(put(&cx, upload.id, 1, "bye ", &part), OK);
    assert_int_equal(put(&cx, upload.id, 1, "hello ", &one), OK);
    assert_int_equal(put(&bob, upload.id, 3, "not his", &part), ERR_NO_UPLOAD);
    assert_int_equal(count_in("parts"), 2);
    assert_int_equal(upload_parts(&cx, upload.id, 1, 10, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].etag, two.etag);

    struct claim wrong[] = { { 2, two.etag }, { 1, one.etag } };
    struct claim right[] = { { 1, one.etag }, { 2, two.etag } };
    assert_int_equal(upload_complete(&cx, upload.id, wrong, 2, "a", &file), ERR_BAD_FIELD);
    wrong[0] = (struct claim){ 1, two.etag };
    assert_int_equal(upload_complete(&cx, upload.id, wrong, 1, "a", &file), ERR_BAD_FIELD);
    assert_int_equal(upload_complete(&cx, upload.id, right, 0, "a", &file), ERR_BAD_FIELD);
    assert_int_equal(upload_complete(&bob, upload.id, right, 2, "a", &file), ERR_NO_UPLOAD);
    assert_int_equal(upload_complete(&cx, upload.id, right, 2, "a.txt", &file), OK);
    assert_content(&cx, file.key, "hello world");
    assert_int_equal(upload_complete(&cx, upload.id, right, 2, "a.txt", &again), OK);
    assert_string_equal(again.key, file.key);
    assert_int_equal(put(&cx, upload.id, 3, "late", &part), ERR_NO_UPLOAD);
    assert_int_equal(count_in("parts") + count_in("tmp"), 0);
    assert_int_equal(count_in("files"), 1);
}

static void test_appending(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, person(f, "alice"));
    struct upload a, b;
    struct spool *spool;
    struct file file;
    int64_t size;

    assert_int_equal(upload_begin(&cx, &a), OK);
    assert_int_equal(upload_begin(&cx, &b), OK);
    for (int i = 0; i < 3; i++) {
        spool = spooled(&cx, "abc", 3);
        assert_int_equal(upload_append(&cx, i < 2 ? a.id : b.id, i == 1 ? 3 : 0, spool, &size), OK);
        spool_drop(spool);
        assert_int_equal(size, i == 1 ? 6 : 3);
    }
    spool = spooled(&cx, "abc", 3);
    assert_int_equal(upload_append(&cx, a.id, 5, spool, &size), ERR_BAD_FIELD);
    spool_drop(spool);
    const char *ids[] = { b.id, a.id };
    assert_int_equal(upload_join(&cx, ids, 2, 8, "x", &file), ERR_BAD_FIELD);
    assert_int_equal(upload_join(&cx, ids, 2, 9, "x", &file), OK);
    assert_content(&cx, file.key, "abcabcabc");
    assert_int_equal(count_in("parts") + count_in("tmp"), 0);
}

static void test_ends(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, person(f, "alice"));
    struct upload upload;
    struct upload_part part;

    assert_int_equal(upload_begin(&cx, &upload), OK);
    assert_int_equal(put(&cx, upload.id, 1, "x", &part), OK);
    assert_int_equal(upload_abort(&cx, upload.id), OK);
    assert_int_equal(upload_abort(&cx, upload.id), ERR_NO_UPLOAD);
    assert_int_equal(count_in("parts"), 0);

    assert_int_equal(upload_begin(&cx, &upload), OK);
    assert_int_equal(put(&cx, upload.id, 1, "x", &part), OK);
    f->now_ms += UPLOAD_LIFE_MS;
    assert_int_equal(put(&cx, upload.id, 2, "x", &part), ERR_NO_UPLOAD);
    assert_int_equal(upload_expire(&cx), OK);
    assert_int_equal(count_in("parts"), 0);
}

static void touch(const char *below, const char *name)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s/%s", folder, below, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void test_sweep(void **state)
{
    static const char stray[] = "abababababababababababababababab";
    struct fixture *f = *state;
    struct ctx cx = as(f, person(f, "alice"));
    struct upload upload;
    struct upload_part part;
    struct spool *lost, *kept;
    struct file file;

    assert_int_equal(upload_begin(&cx, &upload), OK);
    assert_int_equal(put(&cx, upload.id, 1, "x", &part), OK);
    touch("tmp", stray);
    touch("parts", stray);
    /* On disk without a row; and with one, its second name still there. */
    lost = spooled(&cx, "lost", 4);
    assert_int_equal(depot_keep_file(lost), OK);
    spool_leave(lost);
    spool_drop(lost);
    kept = spooled(&cx, "kept", 4);
    assert_int_equal(file_store(&cx, kept, "k", &file), OK);
    spool_leave(kept);
    spool_drop(kept);
    assert_int_equal(count_in("tmp"), 3);
    assert_int_equal(count_in("files"), 2);

    assert_int_equal(file_sweep(&cx), OK);
    assert_int_equal(count_in("tmp"), 0);
    assert_int_equal(count_in("parts"), 1);
    assert_int_equal(count_in("files"), 1);
    assert_content(&cx, file.key, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(test_sums),           FILE_TEST(test_base64url), FILE_TEST(test_types),
        FILE_TEST(test_extensions),     FILE_TEST(test_long_name), FILE_TEST(test_limits),
        FILE_TEST(test_store_and_open), FILE_TEST(test_who),       FILE_TEST(test_parts),
        FILE_TEST(test_appending),      FILE_TEST(test_ends),      FILE_TEST(test_sweep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
