package im.martlet.conformance.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import im.martlet.extension.Extension;
import im.martlet.spec.Xep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rules for dependencies, fields and files of the main code. */
@AnalyzeClasses(packages = "im.martlet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SCHEMA = "im.martlet.storage.schema..";

    @ArchTest static final ArchRule minaLivesInNet = noClasses().that().resideOutsideOfPackage("im.martlet.net..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.mina..");

    @ArchTest static final ArchRule jettyLivesInHttp = noClasses().that().resideOutsideOfPackage("im.martlet.http..")
            .should().dependOnClassesThat().resideInAnyPackage("org.eclipse.jetty..");

    @ArchTest static final ArchRule micrometerLivesInMetrics =
            noClasses().that().resideOutsideOfPackage("im.martlet.metrics..")
                    .should().dependOnClassesThat().resideInAnyPackage("io.micrometer..", "io.prometheus..");

    @ArchTest static final ArchRule woodstoxLivesInXml = noClasses().that().resideOutsideOfPackage("im.martlet.xml..")
            .should().dependOnClassesThat().resideInAnyPackage("com.ctc.wstx..", "org.codehaus.stax2..",
                    "javax.xml.stream..", "javax.xml.parsers..", "org.xml.sax..", "org.w3c.dom..");

    @ArchTest static final ArchRule sqlLivesInStorage =
            noClasses().that().resideOutsideOfPackages("im.martlet.storage..")
                    .should().dependOnClassesThat()
                    .resideInAnyPackage("org.jooq..", "java.sql..", "javax.sql..", "org.flywaydb..", "com.zaxxer..");

    @ArchTest static final ArchRule guiceLivesInModules =
            noClasses().that().haveSimpleNameNotEndingWith("Module").and().doNotHaveSimpleName("Server")
                    .should().dependOnClassesThat().resideInAnyPackage("com.google.inject..");

    @ArchTest static final ArchRule storageKnowsNoProtocol =
            noClasses().that().resideInAnyPackage("im.martlet.storage..", "im.martlet.address..")
                    .should().dependOnClassesThat(
                            resideInAnyPackage("im.martlet..").and(com.tngtech.archunit.base.DescribedPredicate.not(
                                    resideInAnyPackage("im.martlet.storage..", "im.martlet.address.."))));

    @ArchTest static final ArchRule coreKnowsNoExtension =
            noClasses().that().resideOutsideOfPackages("im.martlet.extensions..")
                    .should().dependOnClassesThat().resideInAnyPackage("im.martlet.extensions..");

    @ArchTest static final ArchRule nothingIsDeserialised =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream")
                    .orShould().dependOnClassesThat().resideInAnyPackage("org.apache.mina.filter.codec.serialization..",
                            "org.apache.mina.filter.compression..", "org.apache.mina.http..");

    @ArchTest static final ArchRule randomNumbersAreUnpredictable =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
                    .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                    .orShould().callMethod(Math.class, "random");

    @ArchTest static final ArchRule classNamesHaveNoEmptySuffix =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Context)");

    @ArchTest static final ArchRule staticFieldsAreFinal =
            fields().that().haveModifier(STATIC).and().areDeclaredInClassesThat().resideOutsideOfPackage(SCHEMA)
                    .should().haveModifier(FINAL);

    @ArchTest static final ArchRule nothingIsInjectedIntoFields =
            fields().should().notBeAnnotatedWith("jakarta.inject.Inject");

    @ArchTest static void eachExtensionPackageNamesItsXeps(JavaClasses classes) {
        var packages = new TreeSet<String>();
        var named = new TreeSet<String>(List.of("im.martlet.extensions.web")); // the web client is no XEP
        for (JavaClass c : classes) {
            if (c.isAssignableTo(Extension.class) && c.getPackageName().startsWith("im.martlet.extensions."))
                packages.add(c.getPackageName());
            if (c.isAnnotatedWith(Xep.class) || c.isAnnotatedWith(Xep.List.class)) named.add(c.getPackageName());
        }
        assertThat(packages).as("a package with an extension has a class with @Xep").isSubsetOf(named);
    }

    @Test void everyPackageIsDescribed() throws IOException {
        // without the module: benchmarks have classes in packages of the server
        var packages = SourceFiles.main()
                .collect(Collectors.groupingBy(file -> file.subpath(5, file.getNameCount()).getParent()));
        assertThat(packages)
                .allSatisfy((_, files) -> assertThat(files).anyMatch(file -> file.endsWith("package-info.java")));
    }

    @Test void filesAreSmall() throws IOException {
        for (Path file : SourceFiles.main().toList())
            assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
    }

    @Test void noAddressIsPassedAsString() throws IOException {
        for (Path file : SourceFiles.main().toList())
            assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern("String \\w*[jJ]id\\b");
    }
}
