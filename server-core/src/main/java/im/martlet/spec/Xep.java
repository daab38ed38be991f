package im.martlet.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a XEP, and its version, that the annotated class implements. {@code docs/XEPS.md}, the DOAP file and
 * {@code martletctl extensions} are made from it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Xep.List.class)
public @interface Xep {
    int number();

    String title();

    String version();

    /** Returns the parts that are left out, and other facts for an admin. */
    String note() default "";

    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface List {
        Xep[] value();
    }
}
