package im.martlet.collect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedMapTest {
    @Test void fullMapDropsTheEntryInsertedFirst() {
        var map = BoundedMap.<String, Integer>byInsertion(2);
        map.put("a", 1);
        map.put("b", 2);
        map.get("a");
        map.put("c", 3);
        assertThat(map).containsOnlyKeys("b", "c");
    }

    @Test void fullMapByAccessDropsTheEntryUsedLeastRecently() {
        var map = BoundedMap.<String, Integer>byAccess(2);
        map.put("a", 1);
        map.put("b", 2);
        map.get("a");
        map.put("c", 3);
        assertThat(map).containsOnlyKeys("a", "c");
    }

    @Test void fullSetDropsTheElementInsertedFirst() {
        var set = BoundedMap.<String>set(2);
        set.add("a");
        set.add("b");
        set.add("c");
        assertThat(set).containsExactly("b", "c");
    }
}
