// Calls of glibc that its Swift module leaves out, because they are GNU extensions.
#ifndef POBSYNC_CLINUX_H
#define POBSYNC_CLINUX_H

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

int syncfs(int fd);

// glibc of Debian 12 has the call's number, and the function only from 2.36 on in a header that Swift cannot read.
static inline int pobsync_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

// The flag O_PATH of open(2): to look at something without opening it, which for a device would do things.
static inline int pobsync_o_path(void) { return 010000000; }

// Reads a part of a directory into memory as the kernel hands it over, in records of `struct linux_dirent64`.
static inline ssize_t pobsync_getdents(int fd, void *records, size_t size) {
  return syscall(SYS_getdents64, fd, records, size);
}

// Where the next data of a sparse file begins, and the next hole: SEEK_DATA and SEEK_HOLE of lseek(2).
static inline int pobsync_seek_data(void) { return 3; }
static inline int pobsync_seek_hole(void) { return 4; }

ssize_t copy_file_range(int from, __off64_t *from_offset, int to, __off64_t *to_offset, size_t size, unsigned int flags);

ssize_t flistxattr(int fd, char *list, size_t size);
ssize_t fgetxattr(int fd, const char *name, void *value, size_t size);
int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);
int fremovexattr(int fd, const char *name);

ssize_t llistxattr(const char *path, char *list, size_t size);
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size);
int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int lremovexattr(const char *path, const char *name);

// The priority at which the calling thread uses disks. glibc has no functions for it.
static inline int pobsync_io_priority(void) { return (int)syscall(SYS_ioprio_get, 1, 0); }
static inline int pobsync_set_io_priority(int priority) { return (int)syscall(SYS_ioprio_set, 1, 0, priority); }

// The last of the eight levels of the class "best effort".
static inline int pobsync_lowest_io_priority(void) { return 2 << 13 | 7; }

#endif
