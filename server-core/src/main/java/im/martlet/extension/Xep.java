package im.martlet.extension;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which specification, and which version of it, an extension implements. The table of XEPs and the DOAP file come from
 * it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Xep.List.class)
public @interface Xep {
    int number();

    String title();

    String version();

    /** What is left out, or anything else worth knowing. */
    String note() default "";

    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface List {
        Xep[] value();
    }
}
