package sh.flext.benchmarks;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The modules of ours that are on the class path, as their descriptors tell; a module's name is its packages' prefix. */
final class Modules {

    static final String PREFIX = "sh.flext.core.";

    private final Map<String, ModuleDescriptor> byName;

    private Modules(Map<String, ModuleDescriptor> byName) {
        this.byName = byName;
    }

    static Modules onClassPath() {
        try {
            return new Modules(
                    Collections.list(Modules.class.getClassLoader().getResources("module-info.class")).stream()
                            .map(Modules::read)
                            .filter(module -> module.name().startsWith(PREFIX))
                            .collect(Collectors.toMap(ModuleDescriptor::name, Function.identity())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Map<String, ModuleDescriptor> byName() {
        return byName;
    }

    /** The module that a class belongs to, if it is one of ours. */
    Optional<ModuleDescriptor> of(JavaClass type) {
        return byName.values().stream()
                .filter(module -> isIn(type.getPackageName(), module.name()))
                .findFirst();
    }

    /** Whether a class of ours is promised to other modules, or is not ours at all. */
    boolean isExported(JavaClass type) {
        return of(type).map(module -> module.exports().stream()
                        .anyMatch(exported -> exported.source().equals(type.getPackageName())))
                .orElse(true);
    }

    boolean inSameModule(JavaClass one, JavaClass other) {
        return of(one).equals(of(other));
    }

    private static boolean isIn(String packageName, String prefix) {
        return packageName.equals(prefix) || packageName.startsWith(prefix + ".");
    }

    private static ModuleDescriptor read(URL descriptor) {
        try (InputStream in = descriptor.openStream()) {
            return ModuleDescriptor.read(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
