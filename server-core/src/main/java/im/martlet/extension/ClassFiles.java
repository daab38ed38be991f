package im.martlet.extension;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Lists the classes of a jar or a folder of classes, without loading them. */
public final class ClassFiles {
    private static final String SUFFIX = ".class";

    private ClassFiles() {}

    /**
     * Returns the full names of all classes in the jars or folders that hold the given classes, each with a class
     * loader that can load it. A class without such a place, for example one from memory, is left out.
     */
    public static SortedMap<String, ClassLoader> beside(Stream<? extends Class<?>> anchors) {
        var all = new TreeMap<String, ClassLoader>();
        anchors.filter(c -> c.getProtectionDomain().getCodeSource() != null)
                .collect(Collectors.toMap(ClassFiles::place, Class::getClassLoader, (one, _) -> one))
                .forEach((place, loader) -> names(place).forEach(name -> all.put(name, loader)));
        return all;
    }

    private static Path place(Class<?> anchor) {
        try {
            return Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> names(Path place) {
        try {
            return (Files.isDirectory(place) ? inFolder(place) : inJar(place)).filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> inFolder(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString().replace(File.separatorChar, '/')).toList()
                    .stream();
        }
    }

    private static Stream<String> inJar(Path file) throws IOException {
        try (var jar = new JarFile(file.toFile())) {
            return jar.stream().map(ZipEntry::getName).toList().stream();
        }
    }
}
