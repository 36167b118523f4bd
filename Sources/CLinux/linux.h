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

ssize_t flistxattr(int fd, char *list, size_t size);
ssize_t fgetxattr(int fd, const char *name, void *value, size_t size);

#endif
