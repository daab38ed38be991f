package im.martlet.extensions.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that clients may register. */
class WebPushEndpointTest {
    @ParameterizedTest
    @ValueSource(strings = { "http://push.example/1", "ftp://push.example/", "push.example", "", "https:///1",
            "https://user@push.example/1", "https://push.example/1#x", "https://push.example/a b",
            "file:///etc/passwd", "https://a\"b.example/",
            "https://push_.example\n/" }) void onlyHttpsUrlsAreAccepted(String text) {
        assertThatThrownBy(() -> WebPushEndpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test void urlsThatAreTooLongAreRejected() {
        assertThatThrownBy(() -> WebPushEndpoint.parse("https://push.example/" + "x".repeat(2000)))
                .hasMessageContaining("2000");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://127.0.0.1/", "https://localhost:8443/", "https://10.0.0.1/",
            "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
            "https://[fd00::1]/", "https://[fe80::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
            "https://0.0.0.0/", "https://100.64.0.1/" }) void privateAddressesAreRejected(
                    String text) {
        assertThatThrownBy(() -> WebPushEndpoint.parse(text).check()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not of the internet");
    }

    @Test void addressesOfTheInternetAreAccepted() {
        assertThat(WebPushEndpoint.parse("https://93.184.215.14:8443/device?x=1").uri().getPort()).isEqualTo(8443);
        assertThatCode(() -> WebPushEndpoint.parse("https://93.184.215.14:8443/device?x=1").check())
                .doesNotThrowAnyException();
        assertThatCode(() -> WebPushEndpoint.parse("https://[2606:2800:220:1:248:1893:25c8:1946]/").check())
                .doesNotThrowAnyException();
    }
}
