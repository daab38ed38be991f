package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rejects comments that begin with What, Who or Whose. The script {@code .ci/comment-words} counts all others. */
class WordsTest {
    private static final Pattern BEGINNING = Pattern
            .compile("(?m)(?:/\\*\\*?\\s+(?:\\*\\s+)?|(?<=\\s)// )(What|Who|Whom|Whose|Whoever|Whatever)\\b[^\\n]*");

    @Test void noCommentBeginsWithWhatOrWho() throws IOException {
        var found = new ArrayList<String>();
        for (Path file : SourceFiles.all().toList())
            BEGINNING.matcher(Files.readString(file)).results()
                    .forEach(match -> found.add(file + ": " + match.group()));
        assertThat(found).as("comments that begin with What, Who or Whose: name the actor, subject first").isEmpty();
    }
}
