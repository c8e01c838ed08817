package sh.flext.core.domain.specification;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The parts of a node, in one class of list for all nodes, and asked at three call sites: a virtual machine is fast where
 * a call site meets few classes, and the class of a list or of a part costs more to find out than most parts ask.
 */
final class Parts<T> extends AbstractList<Specification<T>> implements RandomAccess {

    private final Specification<T>[] parts;

    private Parts(Specification<T>[] parts) {
        this.parts = parts;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can be made no other way
    static <T> Parts<T> copyOf(List<Specification<T>> parts) {
        return parts instanceof Parts<T> own
                ? own
                : new Parts<>(List.copyOf(parts).toArray(new Specification[0]));
    }

    boolean allSatisfiedBy(T candidate) {
        Specification<T>[] all = parts;
        int count = all.length;
        if (count > 0 && !all[0].isSatisfiedBy(candidate)) {
            return false;
        }
        if (count > 1 && !all[1].isSatisfiedBy(candidate)) {
            return false;
        }
        for (int i = 2; i < count; i++) {
            if (!all[i].isSatisfiedBy(candidate)) {
                return false;
            }
        }
        return true;
    }

    boolean anySatisfiedBy(T candidate) {
        Specification<T>[] all = parts;
        int count = all.length;
        if (count > 0 && all[0].isSatisfiedBy(candidate)) {
            return true;
        }
        if (count > 1 && all[1].isSatisfiedBy(candidate)) {
            return true;
        }
        for (int i = 2; i < count; i++) {
            if (all[i].isSatisfiedBy(candidate)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Specification<T> get(int index) {
        return parts[index];
    }

    @Override
    public int size() {
        return parts.length;
    }
}
