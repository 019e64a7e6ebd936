import { busRoles } from '@waybill/contracts';
import { declarationOf } from '@waybill/edge';
import { MetadataScanner } from '@nestjs/core';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from 'vitest';
import { AdapterNpmModule } from '../src/app.module.js';
import { service } from '../src/service.js';

interface Route {
  readonly name: string;
  readonly paths: readonly string[];
  readonly declared: string | undefined;
}

function routes(): Route[] {
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, AdapterNpmModule) as {
    name: string;
    prototype: object;
  }[];
  return controllers.flatMap((controller) => {
    const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
    const prototype = controller.prototype as Record<string, () => void>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const declaration = declarationOf(handler);
      const declared = declaration?.kind === 'requires' ? declaration.action : declaration?.kind;
      const own = [Reflect.getMetadata(PATH_METADATA, handler)].flat().map(String);
      const paths = own.map((path) => `/${prefix}/${path}/`.replaceAll(/\/+/g, '/'));
      return [{ name: `${controller.name}.${name}`, paths, declared }];
    });
  });
}

describe('the wiring of adapter-npm', () => {
  it('declares for every route who may call it (A2)', () => {
    expect(Object.fromEntries(routes().map((route) => [route.name, route.declared]))).toEqual({
      'AccessHttpController.change': 'manage-access',
      'AccessHttpController.collaborators': 'metadata',
      'AccessHttpController.status': 'read',
      'AttestationsHttpController.find': 'read',
      'AuditHttpController.audit': 'read',
      'AuditHttpController.bulk': 'read',
      'BatchPublishHttpController.publish': 'filtered',
      'DistTagsHttpController.list': 'read',
      'DistTagsHttpController.merge': 'publish',
      'DistTagsHttpController.move': 'publish',
      'DistTagsHttpController.remove': 'publish',
      'DistTagsHttpController.replace': 'publish',
      'DocumentRevisionHttpController.put': 'read',
      'DownloadsHttpController.point': 'read',
      'DownloadsHttpController.range': 'read',
      'DownloadsHttpController.totalPoint': 'read',
      'DownloadsHttpController.totalRange': 'read',
      'DownloadsHttpController.versions': 'read',
      'LoginHttpController.describe': 'open',
      'LoginHttpController.login': 'open',
      'LoginHttpController.logout': 'open',
      'OrgHttpController.list': 'open',
      'OrgHttpController.remove': 'open',
      'OrgHttpController.set': 'open',
      'OwnersHttpController.add': 'read',
      'OwnersHttpController.list': 'read',
      'OwnersHttpController.remove': 'read',
      'PackageListHttpController.ofScope': 'filtered',
      'PackageListHttpController.ofUser': 'filtered',
      'PackumentHttpController.packument': 'read',
      'PackumentHttpController.version': 'read',
      'PingHttpController.ping': 'open',
      'ProfileHttpController.change': 'open',
      'ProfileHttpController.show': 'open',
      'PublishHttpController.put': 'read',
      'RegistryInfoHttpController.info': 'open',
      'RegistryInfoHttpController.unsupported': 'open',
      'SearchHttpController.all': 'filtered',
      'SearchHttpController.search': 'filtered',
      'SigningKeyRotationHttpController.list': 'admin',
      'SigningKeyRotationHttpController.rotate': 'admin',
      'SigningKeysHttpController.list': 'open',
      'StageHttpController.approve': 'open',
      'StageHttpController.list': 'filtered',
      'StageHttpController.publish': 'read',
      'StageHttpController.reject': 'open',
      'StageHttpController.tarball': 'filtered',
      'StageHttpController.view': 'filtered',
      'StarHttpController.star': 'filtered',
      'StarHttpController.starPackage': 'read',
      'StarHttpController.unstar': 'filtered',
      'StarHttpController.unstarPackage': 'read',
      'StarListHttpController.ofUser': 'filtered',
      'StarListHttpController.own': 'filtered',
      'StarListHttpController.view': 'filtered',
      'TarballHttpController.tarball': 'read',
      'TeamHttpController.add': 'open',
      'TeamHttpController.create': 'open',
      'TeamHttpController.delete': 'open',
      'TeamHttpController.list': 'open',
      'TeamHttpController.members': 'open',
      'TeamHttpController.remove': 'open',
      'TeamPackageHttpController.grant': 'open',
      'TeamPackageHttpController.list': 'filtered',
      'TeamPackageHttpController.revoke': 'open',
      'TokenExchangeHttpController.exchange': 'open',
      'TokensHttpController.create': 'open',
      'TokensHttpController.list': 'open',
      'TokensHttpController.revoke': 'open',
      'TrustHttpController.add': 'manage-access',
      'TrustHttpController.list': 'manage-access',
      'TrustHttpController.revoke': 'manage-access',
      'UnpublishHttpController.removePackage': 'delete',
      'UnpublishHttpController.removeTarball': 'delete',
      'VisibilityHttpController.visibility': 'read',
      'VisibilityHttpController.visibilityAtRoot': 'read',
      'WebLoginHttpController.done': 'open',
      'WebLoginHttpController.start': 'open',
      'WhoamiHttpController.whoami': 'open',
    });
  });

  it('has every route below the prefix that the gateway is told', () => {
    const prefixes = service.edge?.prefixes ?? [];
    const known = ({ paths }: Route) => paths.every((path) => prefixes.some((prefix) => path.startsWith(prefix)));
    expect(routes().filter((route) => !known(route))).toEqual([]);
  });

  it('has a role on the bus', () => {
    expect(busRoles.map((role) => role.service)).toContain(service.name);
  });
});
