"""A source tree like those that servers have, made from a seed: directories within each other, files of very different sizes
whose content nothing else has, links of both kinds. Benchmarks measure with it."""
import os
import random

# Of the entries that are no directories, one in so many is a symbolic link, or a second name of the file before.
SYMBOLIC, HARD = 97, 199


class MadeTree:
    def __init__(self, root, entries, size, seed=1):
        """Makes `entries` files, directories and links below `root`, with about `size` bytes in all."""
        self.root = root
        self.random = random.Random(seed)
        # Paths of the files that are no second names.
        self.files = []
        self.entries = 0
        # Half of the files are smaller than a ninth of the mean.
        self.mean = size / max(1, entries * 0.9)
        self.made_bytes = 0
        os.mkdir(root)
        directories = [(root, 0)]
        while self.entries < entries:
            # Mostly within one of those made last, so that they lie close together, as those of a package do.
            place, depth = directories[-1 - int(self.random.random() ** 3 * len(directories))]
            if depth > 12:
                continue
            place = f"{place}/directory-{self.entries}"
            os.mkdir(place)
            self.entries += 1
            directories.append((place, depth + 1))
            self._fill(place, min(int(self.random.expovariate(1 / 10)), entries - self.entries))

    def _fill(self, place, count):
        """Makes so many entries in a directory."""
        for number in range(count):
            self.entries += 1
            path = f"{place}/entry-{number}"
            if self.entries % SYMBOLIC == 0:
                os.symlink(f"entry-{number + 1}", path)
            elif self.entries % HARD == 0 and self.files:
                os.link(self.files[-1], path)
            else:
                self._write(path, self._drawn_size())
                self.files.append(path)

    def _drawn_size(self):
        # The mean of a log-normal distribution is exp(sigma² / 2) times its median.
        drawn = self.random.lognormvariate(0, 2) / 7.389 * self.mean
        return min(int(drawn), 64 << 20)

    def _write(self, path, size):
        with open(path, "wb", buffering=0) as file:
            file.write(self.random.randbytes(size))
        self.made_bytes += size

    def change(self, share):
        """Gives a share of the files other content of the same size."""
        for path in self.random.sample(self.files, max(1, int(len(self.files) * share))):
            size = os.stat(path).st_size
            with open(path, "wb", buffering=0) as file:
                file.write(self.random.randbytes(size))
