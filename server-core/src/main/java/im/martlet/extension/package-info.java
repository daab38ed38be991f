/**
 * The contract of extensions. An extension lists its hooks as plain data, and the {@link im.martlet.extension.Kernel}
 * reads them once, at start. No code here knows a XEP. The kernel is immutable after the start and may be used on any
 * thread; each hook says on which thread it runs.
 */
@NullMarked
package im.martlet.extension;

import org.jspecify.annotations.NullMarked;
