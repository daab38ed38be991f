package im.martlet.extensions.privatexml;

import im.martlet.session.Account;
import im.martlet.xml.Element;

/** Something that old clients read and write as private XML, though it is kept elsewhere. On the account's mailbox. */
public interface PrivateXmlView {
    boolean shows(String namespace, String name);

    /** As it is now; an empty element when there is nothing. */
    Element read(Account account);

    void write(Account account, Element element);
}
