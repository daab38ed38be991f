package im.martlet.extensions.privatexml;

import im.martlet.session.Account;
import im.martlet.xml.Element;

/** Data that old clients read and write as private XML, but that is stored elsewhere. Used on the account's mailbox. */
public interface PrivateXmlView {
    boolean shows(String namespace, String name);

    /** Returns the present data; an empty element if there is none. */
    Element read(Account account);

    void write(Account account, Element element);
}
