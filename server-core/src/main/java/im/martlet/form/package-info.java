/** Data forms (XEP-0004) and pages of results (XEP-0059), which many extensions use. Immutable values; any thread. */
@NullMarked
package im.martlet.form;

import org.jspecify.annotations.NullMarked;
