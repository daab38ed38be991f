package im.martlet.digest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShaTest {
    @Test void hashesMatchTheExamplesOfFips180() {
        assertThat(Sha.SHA_1.hex("abc")).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(Sha.SHA_256.hex("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test void everyFunctionOfTheEnumExists() {
        for (Sha sha : Sha.values())
            assertThat(sha.digest(new byte[0])).as(sha.algorithm()).hasSize(sha.newDigest().getDigestLength());
    }
}
