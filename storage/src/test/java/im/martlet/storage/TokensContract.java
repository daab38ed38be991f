package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.LoginChanges;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.storage.account.LoginTokens.Listed;
import im.martlet.storage.account.LoginTokens.Made;
import im.martlet.storage.account.LoginTokens.Token;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The store of login tokens, on every database. */
interface TokensContract {
    Backend backend();

    byte[] NONE = {};
    Client PHONE = new Client("d4565fa7-4d72-4749-b3d3-740edbf87770", "Swan", "a phone");
    Client LAPTOP = new Client("00000000-0000-4000-8000-000000000001", "", "");
    Instant THEN = Instant.parse("2026-11-24T12:00:00Z");

    /** An account and its stores. */
    record Situation(Accounts accounts, LoginTokens tokens, Jid jid, AccountKey key) {
        List<Token> phone() { return tokens.login(jid, PHONE.id()).orElseThrow().tokens(); }

        boolean issue(Client client, int nonce, byte[] after) {
            return tokens.issue(key, client, made(nonce, tokens.login(jid, client.id()).orElseThrow().epoch()), after,
                    3);
        }
    }

    private Situation situation() {
        var changes = new LoginChanges();
        var accounts = TestAccountStores.accounts(backend().database(), changes);
        var jid = Jid.parse("t" + UUID.randomUUID() + "@localhost");
        return new Situation(accounts, TestAccountStores.loginTokens(backend().database(), changes), jid,
                accounts.create(jid, List.of()).orElseThrow().key());
    }

    private static Made made(int nonce, long epoch) {
        return new Made("HT-SHA-256-NONE", nonce(nonce), epoch, THEN.plusSeconds(nonce),
                THEN.plusSeconds(1000 + nonce));
    }

    private static byte[] nonce(int number) { return new byte[]{ (byte) number, 1, 2 }; }

    private static List<Integer> nonces(List<Token> tokens) {
        return tokens.stream().map(t -> (int) t.made().nonce()[0]).toList();
    }

    @Test default void usedTokenReplacesThePreviousOne() {
        var s = situation();
        assertThat(s.tokens.login(Jid.parse("nobody" + UUID.randomUUID() + "@localhost"), PHONE.id())).isEmpty();
        assertThat(s.phone()).isEmpty();
        assertThat(s.issue(PHONE, 1, NONE)).isTrue();
        var token = s.phone().getFirst();
        assertThat(token.made().mechanism()).isEqualTo("HT-SHA-256-NONE");
        assertThat(token.made().expires()).isEqualTo(THEN.plusSeconds(1001));
        assertThat(token.fresh()).isTrue();
        assertThat(token.used()).isEmpty();
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 0, THEN)).isTrue();
        assertThat(s.phone()).singleElement().satisfies(t -> assertThat(t.fresh()).isFalse())
                .satisfies(t -> assertThat(t.used()).contains(THEN));
        assertThat(s.issue(PHONE, 2, nonce(1))).isTrue();
        assertThat(nonces(s.phone())).as("the fresh one first").containsExactly(2, 1);
        assertThat(s.issue(PHONE, 3, nonce(1))).as("replaces a token that was never used").isTrue();
        assertThat(nonces(s.phone())).containsExactly(3, 1);
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 0, THEN))
                .as("the old one is good until the new one is used").isTrue();
        assertThat(nonces(s.phone())).containsExactly(3, 1);
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(3), 0, THEN)).isTrue();
        assertThat(nonces(s.phone())).containsExactly(3);
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 0, THEN)).isFalse();
        assertThat(s.issue(PHONE, 4, nonce(1))).as("issued after a token that is gone").isFalse();
    }

    @Test default void useCountsMustGrow() {
        var s = situation();
        s.issue(PHONE, 1, NONE);
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 5, THEN)).isTrue();
        assertThat(s.phone().getFirst().uses()).isEqualTo(5);
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 5, THEN)).isFalse();
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 4, THEN)).isFalse();
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 0, THEN)).as("the client does not count").isTrue();
        assertThat(s.tokens.use(s.key, PHONE.id(), nonce(1), 6, THEN)).isTrue();
    }

    @Test default void clientsWithTheOldestTokensLoseThemBeyondTheLimit() {
        var s = situation();
        for (int i = 0; i < 4; i++) s.issue(new Client("c" + i, "", ""), i, NONE);
        assertThat(s.tokens.list(s.key)).extracting(l -> l.client().id()).containsExactly("c1", "c2", "c3");
        s.issue(PHONE, 9, NONE);
        assertThat(s.tokens.list(s.key)).hasSize(3).last().extracting(Listed::client).isEqualTo(PHONE);
    }

    @Test default void revokedTokensAreGoneAndRunningLoginsAreNotCurrent() {
        var s = situation();
        s.issue(PHONE, 1, NONE);
        s.issue(LAPTOP, 2, NONE);
        var current = s.tokens.login(s.jid, PHONE.id()).orElseThrow().current();
        assertThat(current.getAsBoolean()).isTrue();
        assertThat(s.tokens.revoke(s.key, PHONE.id())).isTrue();
        assertThat(current.getAsBoolean()).isFalse();
        assertThat(s.tokens.revoke(s.key, PHONE.id())).isFalse();
        assertThat(s.phone()).isEmpty();
        assertThat(s.tokens.list(s.key)).hasSize(1);
        s.tokens.revokeAll(s.key);
        assertThat(s.tokens.list(s.key)).isEmpty();
    }

    @Test default void newPasswordOrDisablingMakesAllTokensWorthless() {
        List<java.util.function.Consumer<Situation>> ends = List.of(s -> s.accounts.setVerifiers(s.key, List.of()),
                s -> s.accounts.setEnabled(s.key, false), s -> s.tokens.revokeAll(s.key));
        for (var end : ends) {
            var s = situation();
            s.issue(PHONE, 1, NONE);
            long before = s.tokens.login(s.jid, PHONE.id()).orElseThrow().epoch();
            end.accept(s);
            assertThat(s.tokens.login(s.jid, PHONE.id()).orElseThrow().epoch()).isGreaterThan(before);
            assertThat(s.tokens.issue(s.key, LAPTOP, made(2, before), NONE, 3))
                    .as("by a client that logged in just before")
                    .isTrue();
            assertThat(s.tokens.list(s.key)).as("the token is worthless").isEmpty();
        }
    }

    @Test default void tokensAreDeletedWithTheirAccount() {
        var s = situation();
        s.issue(PHONE, 1, NONE);
        s.accounts.delete(s.key);
        assertThat(s.tokens.login(s.jid, PHONE.id())).isEqualTo(Optional.empty());
        assertThat(s.tokens.list(s.key)).isEmpty();
    }
}
