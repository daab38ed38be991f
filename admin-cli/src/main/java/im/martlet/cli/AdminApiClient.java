package im.martlet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Calls the server's admin API. It does not use {@code java.net.http}, which takes a third of a second to start. */
final class AdminApiClient {
    /** A command failed; {@code status} is the exit status of the process. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        FailedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() { return status; }
    }

    static final int REFUSED = 1;
    static final int NOT_RUNNING = 3;
    static final int NO_TOKEN = 4;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final Path tokenFile;

    /** @param address the host and port of the admin API */
    AdminApiClient(String address, Path tokenFile) {
        this.address = address;
        this.tokenFile = tokenFile;
    }

    /** Runs a command of the server, such as {@code user add}. */
    JsonNode call(String command, Map<String, String> arguments) throws FailedException {
        try {
            var connection = (HttpURLConnection) URI.create("http://" + address + "/v1/" + command.replace(' ', '/'))
                    .toURL().openConnection();
            connection.setRequestProperty("Authorization", "Bearer " + token());
            connection.setConnectTimeout(5_000);
            connection.setDoOutput(true);
            try (var out = connection.getOutputStream()) {
                JSON.writeValue(out, arguments);
            }
            boolean isSuccess = connection.getResponseCode() == 200;
            try (var in = isSuccess ? connection.getInputStream() : connection.getErrorStream()) {
                var answer = JSON.readTree(in);
                if (!isSuccess) throw new FailedException(REFUSED,
                        answer.path("error").asText(
                                "the server refused the command with HTTP status " + connection.getResponseCode()));
                return answer;
            }
        } catch (ConnectException e) {
            throw new FailedException(NOT_RUNNING, "no server answers on " + address + "; start it with bin/martlet");
        } catch (IOException e) {
            throw new FailedException(REFUSED, "the connection to the server failed: " + e.getMessage());
        }
    }

    private String token() throws FailedException {
        try {
            return Files.readString(tokenFile).strip();
        } catch (NoSuchFileException e) {
            throw new FailedException(NO_TOKEN,
                    "there is no file " + tokenFile
                            + ": start the server once, or give its data folder with --data");
        } catch (IOException e) {
            throw new FailedException(NO_TOKEN,
                    "the file " + tokenFile
                            + " cannot be read: run this command as the user that runs the server");
        }
    }
}
