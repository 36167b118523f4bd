// Calls of glibc that its Swift module leaves out, because they are GNU extensions.
#ifndef POBSYNC_CLINUX_H
#define POBSYNC_CLINUX_H

int syncfs(int fd);

#endif
