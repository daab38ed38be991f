package im.martlet.crypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.security.GeneralSecurityException;

/**
 * Calls functions of OpenSSL's libcrypto: its EVP interface, which is the same in all versions of OpenSSL 3.
 */
@SuppressWarnings("restricted") // bin/martlet allows it
final class LibCrypto {
    private static final int X25519 = 1034; // NID_X25519
    private static final int KEY_BYTES = 32; // the size of X25519's private key, public key and shared secret
    private static final long MAX_SIGNATURE_BYTES = 256;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;
    private final MethodHandle newPrivate;
    private final MethodHandle newPublic;
    private final MethodHandle rawPublic;
    private final MethodHandle freeKey;
    private final MethodHandle newDerivation;
    private final MethodHandle freeDerivation;
    private final MethodHandle initDerivation;
    private final MethodHandle setPeer;
    private final MethodHandle derive;
    private final MethodHandle parse;
    private final MethodHandle newDigest;
    private final MethodHandle freeDigest;
    private final MethodHandle initSign;
    private final MethodHandle sign;
    private final MethodHandle clearErrors;

    /** @throws IllegalArgumentException if the library does not exist or lacks a function */
    LibCrypto(String library) {
        symbols = SymbolLookup.libraryLookup(library, Arena.global());
        newPrivate = function("EVP_PKEY_new_raw_private_key", ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        newPublic = function("EVP_PKEY_new_raw_public_key", ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        rawPublic = function("EVP_PKEY_get_raw_public_key", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        freeKey = procedure("EVP_PKEY_free", ADDRESS);
        newDerivation = function("EVP_PKEY_CTX_new", ADDRESS, ADDRESS, ADDRESS);
        freeDerivation = procedure("EVP_PKEY_CTX_free", ADDRESS);
        initDerivation = function("EVP_PKEY_derive_init", JAVA_INT, ADDRESS);
        setPeer = function("EVP_PKEY_derive_set_peer", JAVA_INT, ADDRESS, ADDRESS);
        derive = function("EVP_PKEY_derive", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        parse = function("d2i_AutoPrivateKey", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        newDigest = function("EVP_MD_CTX_new", ADDRESS);
        freeDigest = procedure("EVP_MD_CTX_free", ADDRESS);
        initSign = function("EVP_DigestSignInit", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        sign = function("EVP_DigestSign", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        clearErrors = procedure("ERR_clear_error");
    }

    private MethodHandle function(String name, ValueLayout result, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name)
                .orElseThrow(() -> new IllegalArgumentException("the library has no function " + name));
    }

    /** Returns the version, such as "OpenSSL 3.0.22 25 Aug 2026". */
    String version() {
        try {
            var text = (MemorySegment) function("OpenSSL_version", ADDRESS, JAVA_INT).invokeExact(0);
            return text.reinterpret(200).getString(0);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /** Returns a digest for {@link #sign}. The name is OpenSSL's function for it, such as {@code EVP_sha256}. */
    MemorySegment digest(String name) {
        try {
            return (MemorySegment) function(name, ADDRESS).invokeExact();
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    // ---- X25519 (RFC 7748 §5)

    /** Returns the public key that belongs to a private key; both little-endian, 32 bytes. */
    byte[] publicKey(byte[] privateKey) throws GeneralSecurityException {
        try (var arena = Arena.ofConfined()) {
            var key = raw(newPrivate, privateKey, arena);
            var bytes = arena.allocate(KEY_BYTES);
            require((int) rawPublic.invokeExact(key, bytes, length(arena, KEY_BYTES)));
            return bytes.toArray(JAVA_BYTE);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Returns the shared secret, 32 bytes. Fails if it would be all zeros (RFC 7748 §6.1). */
    byte[] agree(byte[] privateKey, byte[] peerPublicKey) throws GeneralSecurityException {
        try (var arena = Arena.ofConfined()) {
            var context = require(
                    (MemorySegment) newDerivation.invokeExact(raw(newPrivate, privateKey, arena), MemorySegment.NULL),
                    freeDerivation, arena);
            require((int) initDerivation.invokeExact(context));
            require((int) setPeer.invokeExact(context, raw(newPublic, peerPublicKey, arena)));
            var secret = arena.allocate(KEY_BYTES);
            require((int) derive.invokeExact(context, secret, length(arena, KEY_BYTES)));
            var bytes = secret.toArray(JAVA_BYTE);
            secret.fill((byte) 0);
            return bytes;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private MemorySegment raw(MethodHandle constructor, byte[] key, Arena arena) throws Throwable {
        var bytes = arena.allocateFrom(JAVA_BYTE, key);
        var object =
                require((MemorySegment) constructor.invokeExact(X25519, MemorySegment.NULL, bytes, (long) key.length),
                        freeKey, arena);
        bytes.fill((byte) 0); // OpenSSL has a copy, which it wipes itself
        return object;
    }

    // ---- signatures

    /** Reads a private key of any kind that OpenSSL knows. It is freed once it is unreachable. */
    MemorySegment privateKey(byte[] pkcs8) throws GeneralSecurityException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(JAVA_BYTE, pkcs8);
            var key = require((MemorySegment) parse.invokeExact(MemorySegment.NULL, arena.allocateFrom(ADDRESS, bytes),
                    (long) pkcs8.length), freeKey, Arena.ofAuto());
            bytes.fill((byte) 0);
            return key;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Signs data. The signature has the form for X.509: for ECDSA it is DER. */
    byte[] sign(MemorySegment privateKey, MemorySegment digest, byte[] data) throws GeneralSecurityException {
        try (var arena = Arena.ofConfined()) {
            var context = require((MemorySegment) newDigest.invokeExact(), freeDigest, arena);
            require((int) initSign.invokeExact(context, MemorySegment.NULL, digest, MemorySegment.NULL, privateKey));
            var signature = arena.allocate(MAX_SIGNATURE_BYTES);
            var length = length(arena, MAX_SIGNATURE_BYTES);
            require((int) sign.invokeExact(context, signature, length, arena.allocateFrom(JAVA_BYTE, data),
                    (long) data.length));
            return signature.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    // ---- common to all calls

    private static MemorySegment length(Arena arena, long bytes) { return arena.allocateFrom(JAVA_LONG, bytes); }

    /** Checks that OpenSSL has created an object, and frees it together with the arena. */
    private MemorySegment require(MemorySegment object, MethodHandle free, Arena arena) throws Throwable {
        if (object.equals(MemorySegment.NULL)) refuse();
        return object.reinterpret(arena, segment -> {
            try {
                free.invokeExact(segment);
            } catch (Throwable e) {
                throw bug(e);
            }
        });
    }

    private void require(int success) throws Throwable {
        if (success != 1) refuse();
    }

    private void refuse() throws Throwable {
        clearErrors.invokeExact(); // the thread's error queue would grow
        throw new GeneralSecurityException("OpenSSL refused the operation");
    }

    private static GeneralSecurityException thrown(Throwable e) {
        return e instanceof GeneralSecurityException refused ? refused : new GeneralSecurityException(e);
    }

    private static IllegalStateException bug(Throwable e) { return new IllegalStateException(e); }
}
